#include "solver/lowering/places.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <tuple>

#include "solver/step/mechanism_table.hpp"

namespace rall::solver {
namespace {

void check_count(std::uint64_t n, char const* what) {
    if (n > static_cast<std::uint64_t>(std::numeric_limits<int>::max()))
        throw InputError("checkpoint-too-large", {}, std::to_string(n) + " " + what + " are more than a checkpoint counts");
}

/// Nodes, and instances of density mechanisms, whose places follow from those of their nodes.
void place_nodes(model::Model const& model, KernelLibrary const& library, Placed const& placed, Communicator const& ranks, Places& all) {
    std::vector<std::uint64_t> size(model.cells.size(), 0), first(model.cells.size(), 0);
    for (auto const& group : placed.groups)
        for (int const cell : group.cell_of_node) ++size[cell];
    ranks.merge_to_all(size);
    std::vector<int> order(model.cells.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::sort(order, {}, [&](int cell) { return model.cells[cell].gid; });
    for (int const cell : order) {
        all.gids.push_back(model.cells[cell].gid);
        all.n_nodes.push_back(size[cell]);
        first[cell] = all.nodes;
        all.nodes += size[cell];
    }
    check_count(all.nodes, "nodes");
    for (auto const& group : placed.groups) {
        auto& nodes = all.node.emplace_back();
        for (std::size_t i = 0; i < group.local.size(); ++i)
            nodes.push_back(static_cast<int>(first[group.cell_of_node[i]]) + group.local[i]);
    }
    std::vector<int> before(all.nodes);
    for (int k = 0; k < library.n_mechanisms; ++k) {
        auto& mechanism = all.mechanisms[k];
        if (library.mechanisms[k]->kind != MechanismKind::density) continue;
        std::ranges::fill(before, 0);
        auto const each = [&](auto const& f) {
            for (std::size_t g = 0; g < placed.groups.size(); ++g) {
                auto const& group = placed.groups[g];
                for (std::size_t i = 0; i < group.node_of[k].size(); ++i) f(g, i, group.node_of[k][i]);
            }
        };
        auto const is_real = [&](std::size_t g, int node) { return placed.groups[g].compartment_of_node[node] >= 0; };
        each([&](std::size_t g, std::size_t, int node) { before[all.node[g][node]] = is_real(g, node); });
        ranks.merge_to_all(before);
        mechanism.n = static_cast<std::uint64_t>(std::accumulate(before.begin(), before.end(), 0));
        if (mechanism.n == 0) continue;
        std::exclusive_scan(before.begin(), before.end(), before.begin(), 0);
        mechanism.place.resize(placed.groups.size());
        each([&](std::size_t g, std::size_t, int node) {
            mechanism.place[g].push_back(is_real(g, node) ? before[all.node[g][node]] : -1);
        });
    }
}

/// Each rank knows its own; those of a cell are on one rank.
void place_points(model::Model const& model, KernelLibrary const& library, Placed const& placed, Connections const& connections,
                  Communicator const& ranks, Places& all) {
    struct Point {
        std::uint64_t gid;
        std::uint32_t number;  // Model::number_of
    };
    MechanismTable const table(library);
    std::vector<std::vector<Point>> points(library.n_mechanisms);
    std::vector<char> has_set(library.n_mechanisms, 0);
    std::uint32_t number = 0;
    for (auto const& set : model.points) {
        auto const k = table.find(set.mechanism);
        has_set[k] = 1;
        for (std::size_t i = 0; i < set.cell.size(); ++i, ++number)
            if (connections.targets().has(number)) points[k].push_back({set.cell[i] < 0 ? set.gid[i] : model.cells[set.cell[i]].gid, number});
    }
    for (int k = 0; k < library.n_mechanisms; ++k) {
        if (!has_set[k]) continue;
        auto& list = points[k];
        auto& mechanism = all.mechanisms[k];
        std::ranges::sort(list, {}, [](Point const& p) { return std::tuple(p.gid, p.number); });
        for (auto const& point : list) mechanism.gid.push_back(point.gid);
        mechanism.gid = ranks.gather_lists_to_all(mechanism.gid);
        check_count(mechanism.gid.size(), "instances of a mechanism");
        std::ranges::sort(mechanism.gid);
        mechanism.n = mechanism.gid.size();
        mechanism.place.resize(placed.groups.size());
        for (std::size_t g = 0; g < placed.groups.size(); ++g) mechanism.place[g].resize(placed.groups[g].node_of[k].size(), -1);
        std::ptrdiff_t place = 0;
        for (std::size_t p = 0; p < list.size(); ++p) {
            if (p > 0 && list[p].gid == list[p - 1].gid) ++place;
            else place = std::ranges::lower_bound(mechanism.gid, list[p].gid) - mechanism.gid.begin();
            auto const target = connections.targets().at(connections.targets().place(list[p].number));
            auto& stands = mechanism.place[target.group][target.instance];  // the first to come does
            if (stands < 0) stands = static_cast<int>(place);
            else mechanism.merged.emplace_back(static_cast<int>(place), stands);
        }
    }
}

}  // namespace

Places find_places(model::Model const& model, KernelLibrary const& library, Placed const& placed, Connections const& connections, Communicator const& ranks) {
    Places all;
    all.mechanisms.resize(library.n_mechanisms);
    place_nodes(model, library, placed, ranks, all);
    place_points(model, library, placed, connections, ranks, all);
    return all;
}

}  // namespace rall::solver
