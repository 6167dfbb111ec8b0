// From slices of an arena to the pointers of a Group, once the arena's address is known.
#include <algorithm>

#include "solver/lowering/group_builder.hpp"

namespace rall::solver {

Group BuiltGroup::finish(std::byte* base, CurveTables& curves) {
    auto const to = [&]<class T>(Slice<T> slice) { return resolve(base, slice); };
    auto const count = [](auto slice) { return static_cast<int>(slice.n); };
    auto const copies = [&](CopySlices const& c) {
        return Copies{count(c.destination), to(c.destination), to(c.source), std::max(count(c.run_begin) - 1, 0),
                      to(c.run_begin)};
    };
    auto const& l = layout;
    auto const tree = [&](TreeSlices const& t) {
        return Tree{t.n_nodes,         t.n_levels,   to(t.level_begin), to(t.n_parents),    to(t.child_begin),
                    to(t.first_child), to(t.parent), to(t.extra_begin), to(t.extra_parent), to(t.extra_child_begin),
                    to(t.extra_child), {t.n_alike, to(t.alike_node), to(t.alike_parent), to(t.alike_place)}};
    };

    auto* const arrays = arena.at(l.mechanism_arrays);
    auto* const variables = arena.at(l.variables);
    auto* const variables_there = to(l.variables);
    for (std::size_t k = 0, used = 0; k < l.mechanisms.size(); ++k) {
        auto const& m = l.mechanisms[k];
        arrays[k] = {m.n,
                     to(m.node),
                     variables_there + used,
                     to(m.common),
                     m.first_point,
                     m.source.n ? to(m.source) : nullptr,
                     m.movable.n ? to(m.movable) : nullptr,
                     m.visited_begin.n ? to(m.visited_begin) : nullptr,
                     to(m.visited),
                     copies(m.publish),
                     count(m.ordered),
                     to(m.ordered),
                     m.publish_begin.n ? to(m.publish_begin) : nullptr,
                     m.diffusion.arrays.n ? to(m.diffusion.arrays) : nullptr,
                     m.slopes.arrays.n ? to(m.slopes.arrays) : nullptr,
                     m.n ? curves.table(k) : nullptr,
                     m.n && curves.is_first(k),
                     m.shows,
                     m.is_observed};
        if (auto const& d = m.diffusion; d.arrays.n)
            *arena.at(d.arrays) = {tree(d.tree), to(d.instance), to(d.length), to(d.per_distance), to(d.constant),
                                   to(d.volume), to(d.d),        to(d.rhs),    to(d.axial)};
        if (auto const& s = m.slopes; s.arrays.n)
            *arena.at(s.arrays) = {count(s.element),      to(s.element),      to(s.value),
                                   count(s.kept_element), to(s.kept_element), to(s.kept)};
        for (std::size_t e = 0; e < m.element.size(); ++e) variables[used++] = {to(m.element[e]), m.stride[e]};
    }

    Group g{};
    g.block = reinterpret_cast<double*>(base);
    g.tree = tree(l.tree);
    g.v = to(l.v);
    g.d = to(l.d);
    g.rhs = to(l.rhs);
    g.passive_d = l.passive_d.n ? to(l.passive_d) : nullptr;
    g.passive_rhs = l.passive_rhs.n ? to(l.passive_rhs) : nullptr;
    g.passive_changes = l.passive_changes;
    g.constant_level = l.constant_level;
    g.n_active = count(l.active) / 2;
    g.active = to(l.active);
    g.axial = to(l.axial);
    g.diagonal = to(l.diagonal);
    g.c_dt = to(l.c_dt);
    g.capacitance = to(l.capacitance);
    g.area = to(l.area);
    g.n_cells = l.n_cells;
    g.cell_of_node = to(l.cell_of_node);
    g.v_init = to(l.v_init);
    g.mechanisms = to(l.mechanism_arrays);
    g.point_g = to(l.point_g);
    g.point_rhs = to(l.point_rhs);
    auto const points = [&](PointSlices const& p) {
        return PointGather{count(p.round_begin) - 1, to(p.round_begin), to(p.node), to(p.index)};
    };
    g.membrane_points = points(l.membrane_points);
    g.electrode_points = points(l.electrode_points);
    g.membrane = {count(l.membrane_node), to(l.membrane_node), to(l.membrane_d), to(l.membrane_rhs),
                  to(l.membrane_current)};
    g.nernst = {count(l.nernst_reversal), to(l.nernst_reversal), to(l.nernst_inner), to(l.nernst_outer),
                to(l.nernst_factor)};
    g.reversal_copies = copies(l.reversal_copies);
    g.current_copies = copies(l.current_copies);
    auto const sums = [&](SumSlices const& s) {
        return Sums{count(s.target), to(s.target), to(s.begin), to(s.source), to(s.scale), std::max(count(s.run_begin) - 1, 0), to(s.run_begin)};
    };
    g.ion_currents = sums(l.ion_currents);
    g.ion_slopes = sums(l.ion_slopes);
    g.current_node = to(l.current_node);
    g.shifted = l.shifted.n ? to(l.shifted) : nullptr;
    g.spare = l.spare.n ? to(l.spare) : nullptr;
    g.interval = l.interval.n ? to(l.interval) : nullptr;
    g.same = l.same.n ? to(l.same) : nullptr;
    g.within = l.within.n ? to(l.within) : nullptr;
    g.spare_args = to(l.spare_args);
    g.connections = to(l.connections);
    g.n_connections = count(l.connections);
    g.detectors = to(l.detectors);
    g.n_detectors = n_detectors;
    g.above = to(l.above);
    auto* const states = arena.at(l.state_arrays);
    for (std::size_t s = 0; s < l.states.size(); ++s) {
        auto const& state = l.states[s];
        auto const& m = l.mechanisms[state.mechanism];
        states[s] = {to(m.element[state.element]), m.n, state.first_cell < 0 ? to(m.node) : nullptr, state.first_cell};
    }
    auto const mirrors = [&](MirrorSlices const& m) {
        return Mirrors{count(m.shown), to(m.shown), m.first, count(m.place), to(m.place), to(m.seen), nullptr, 0};
    };
    g.at_begin = mirrors(l.at_begin);
    g.after_solve = mirrors(l.after_solve);
    g.states = to(l.state_arrays);
    g.n_states = count(l.state_arrays);
    return g;
}

}  // namespace rall::solver
