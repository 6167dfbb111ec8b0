#include "sweep/batch.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace rall::sweep {
namespace {

bool same(model::FunctionTable const& a, model::FunctionTable const& b) {
    return std::tie(a.n, a.from, a.to, a.x, a.values) == std::tie(b.n, b.from, b.to, b.x, b.values);
}

bool same_tables(model::Model const& a, model::Model const& b) {
    return std::ranges::equal(a.tables, b.tables, [](auto const& one, auto const& other) {
        return one.first == other.first &&
               std::ranges::equal(one.second, other.second, [](auto const& x, auto const& y) {
                   return x.first == y.first && same(x.second, y.second);
               });
    });
}

auto conditions(model::Model const& m) {
    auto const& v = m.variable_step;
    return std::tie(m.dt, m.tstop, m.v_init, m.celsius, m.seed, m.method, m.merge_synapses, m.exact_rates, m.kernels, m.globals, v.absolute_tolerance,
                    v.relative_tolerance, v.maximum_step, v.global, v.scales);
}

template <class T>
void append(std::vector<T>& to, std::vector<T>& from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

}  // namespace

bool Batch::fits(model::Model const& member) const {
    // Cells that take one variable step together would not be the same beside others.
    bool const alone = model_.method == model::Method::cvode && model_.variable_step.global;
    return size() == 0 || (!alone && conditions(model_) == conditions(member) && same_tables(model_, member));
}

void Batch::add(model::Model member, model::Site site) {
    if (size() == 0) {
        model_ = member;  // with all that a model has once; what it has for each cell comes below
        model_.types.clear();
        model_.cells.clear();
        model_.cell_parameters.clear();
        model_.points.clear();
        model_.sources.clear();
        model_.connections.clear();
        model_.projections.clear();
        model_.probes.clear();
        model_.pointers.clear();
        model_.probes.push_back({"sweep", "v", "", {}, model_.dt, 0, model_.tstop + model_.dt});
    }
    int const types = static_cast<int>(model_.types.size()), cells = static_cast<int>(model_.cells.size()),
              sets = static_cast<int>(model_.points.size()), sources = static_cast<int>(model_.sources.size());
    auto const points = model_.first_numbers().back();
    auto const move = [&](model::Site& at) {
        if (at.point.set >= 0) at.point.set += sets;
        else at.cell += cells;
    };
    first_cell_.push_back(cells);
    first_set_.push_back(sets);
    move(site);
    model_.probes.front().sites.push_back(site);
    for (auto& cell : member.cells) cell.type += types;  // gids stay: random numbers are those of the member alone
    for (auto& own : member.cell_parameters) own.first += cells;
    for (auto& set : member.points)
        for (int& cell : set.cell)
            if (cell >= 0) cell += cells;
    std::uint64_t highest = 0;
    for (auto& source : member.sources) {
        highest = std::max(highest, source.gid);
        source.gid += next_gid_;  // different in all members, in the member's order
        source.recorded = false;
        if (auto* const at = std::get_if<model::ThresholdSource>(&source.origin)) at->cell += cells;
        else if (auto* const point = std::get_if<model::PointRef>(&source.origin)) point->set += sets;
    }
    next_gid_ += highest + 1;
    for (auto& connection : member.connections) {
        connection.source += static_cast<std::uint32_t>(sources);
        connection.target += points;
    }
    for (auto& projection : member.projections) {
        for (auto& run : projection.sources) run.first += static_cast<std::uint32_t>(sources);
        projection.set += sets;
    }
    for (auto& binding : member.pointers) {
        for (auto& at : binding.instances) move(at);
        for (auto& at : binding.targets) move(at);
    }
    append(model_.types, member.types);
    append(model_.cells, member.cells);
    append(model_.cell_parameters, member.cell_parameters);
    append(model_.points, member.points);
    append(model_.sources, member.sources);
    append(model_.connections, member.connections);
    append(model_.projections, member.projections);
    append(model_.pointers, member.pointers);
}

std::size_t Batch::member_of(int cell) const {
    return static_cast<std::size_t>(std::ranges::upper_bound(first_cell_, cell) - first_cell_.begin()) - 1;
}

std::size_t Batch::member_of(model::PointRef point) const {
    return static_cast<std::size_t>(std::ranges::upper_bound(first_set_, point.set) - first_set_.begin()) - 1;
}

}  // namespace rall::sweep
