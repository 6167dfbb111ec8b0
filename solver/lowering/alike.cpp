// The order of nodes in a group whose cells are alike (one cell, or several of one shape with the same mechanisms): those of one place in the cells side
// by side, so that solving is vector code however narrow a tree's levels are; and places with the same mechanisms one after the other, so that instances of
// a mechanism are neighbours.
#include <algorithm>
#include <numeric>
#include <tuple>

#include "base/runtime.hpp"
#include "solver/lowering/group_parts.hpp"

namespace rall::solver {

namespace {

/// Per node of a cell's tree its density mechanisms, but for passive ones.
std::vector<std::vector<int>> contents_of(TypePlan const& plan, MechanismTable const& mechanisms) {
    std::vector<std::vector<int>> contents(plan.tree.parent.size());
    for (auto const& painted : plan.mechanisms) {
        if (mechanisms[painted.mechanism].passive) continue;
        for (int const c : painted.compartments) contents[static_cast<std::size_t>(plan.tree.node[static_cast<std::size_t>(c)])].push_back(painted.mechanism);
    }
    return contents;
}

}  // namespace

/// Some numbers of cells would be no vectors. Devices have one thread for each node of a level.
bool Parts::are_alike() const {
    if (!on_host() || blueprint.model.method == model::Method::cvode || slots.empty()) return false;
    if (slots.size() > lanes && slots.size() % 4 != 0) return false;
    auto const& plan = *slots.front().plan;
    auto const contents = contents_of(plan, blueprint.mechanisms);
    return std::ranges::all_of(slots, [&](Slot const& slot) {
        return slot.plan == &plan || (slot.plan->tree.parent == plan.tree.parent && contents_of(*slot.plan, blueprint.mechanisms) == contents);
    });
}

/// Places with most mechanisms first, those with the same by level. Last come those without density currents or with passive ones only: among them are
/// those whose pivots never change, which are the last of all (group_passive.cpp).
void Parts::set_side_by_side(Levels& levels) {
    auto const& plan = *slots.front().plan;
    auto const& tree = plan.tree;
    auto const n = tree.parent.size();
    int const n_cells = static_cast<int>(slots.size());
    std::vector<int> by_level, place(n);
    for (auto const& node : levels.nodes)
        if (node.cell == 0) by_level.push_back(node.local);
    for (std::size_t k = 0; k < n; ++k) place[static_cast<std::size_t>(by_level[k])] = static_cast<int>(k);

    auto const contents = contents_of(plan, blueprint.mechanisms);
    std::vector<int> order(n), first_node(n);
    std::iota(order.begin(), order.end(), 0);
    std::ranges::sort(order, [&](int a, int b) {
        auto const key = [&](int local) {
            auto const& content = contents[static_cast<std::size_t>(local)];
            return std::tuple<int, std::vector<int> const&, int>(-static_cast<int>(content.size()), content, place[static_cast<std::size_t>(local)]);
        };
        return key(a) < key(b);
    });
    for (std::size_t k = 0; k < n; ++k) first_node[static_cast<std::size_t>(order[k])] = static_cast<int>(k) * n_cells;
    auto const parent_of = [&](int local) {
        int const parent = tree.parent[static_cast<std::size_t>(local)];
        return parent < 0 ? -1 : first_node[static_cast<std::size_t>(parent)];
    };

    Levels side_by_side;
    side_by_side.level_begin = levels.level_begin;
    auto& alike = side_by_side.alike;
    alike.n_cells = n_cells;
    for (int const local : order) {
        int const parent = parent_of(local);
        for (int cell = 0; cell < n_cells; ++cell) {
            side_by_side.nodes.push_back({cell, local, parent < 0 ? -1 : parent + cell});
            place_by_level.push_back(place[static_cast<std::size_t>(local)] * n_cells);
        }
        alike.place.push_back(place[static_cast<std::size_t>(local)]);
    }
    // Children of a node are eliminated in the order of the cell, which is their order in a level.
    for (auto level = levels.level_begin.size() - 1; level-- > 0;)
        for (int k = levels.level_begin[level] / n_cells; k < levels.level_begin[level + 1] / n_cells; ++k) {
            alike.node.push_back(first_node[static_cast<std::size_t>(by_level[static_cast<std::size_t>(k)])]);
            alike.parent.push_back(parent_of(by_level[static_cast<std::size_t>(k)]));
        }
    levels = std::move(side_by_side);
}

}  // namespace rall::solver
