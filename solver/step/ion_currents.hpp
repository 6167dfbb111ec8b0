// Total currents of ions, as the mechanisms that read them see them; and where Crank-Nicolson's second order takes them.
//
// NEURON's secondorder = 2 brings every ion current from v(t) to v(t + dt/2) along its slope, (i(v + 0.001 mV) - i(v)) / 0.001 mV, before the
// states are advanced (second_order_cur in its fadvance). Other currents stay at v(t).
#pragma once

#include "solver/step/group.hpp"
#include "solver/step/team.hpp"

namespace rall::solver {

RALL_KERNEL_LOOP void copy(Team const& team, Group const& g, Copies const& copies) {
    if (copies.n == 0) return;
    double* const block = g.block;
#ifdef RALL_ON_DEVICE
    for_each_scalar(team, copies.n, [=](int k) { block[copies.destination[k]] = block[copies.source[k]]; });
#else
    for (int r = 0; r < copies.n_runs; ++r) {
        int const first = copies.run_begin[r];
        double *const to = block + copies.destination[first], *const from = block + copies.source[first];
        for_each(team, copies.run_begin[r + 1] - first, [=](int k) { to[k] = from[k]; });
    }
#endif
}

/// Sum k, in its fixed order.
RALL_FUNCTION double sum_of(Sums const& s, double const* block, int k) {
    double sum = 0;
    for (int e = s.begin[k]; e < s.begin[k + 1]; ++e) sum += s.scale[e] * block[s.source[e]];
    return sum;
}

/// Total current of each ion that somebody reads, at v.
RALL_KERNEL_LOOP void sum_ion_currents(Team const& team, Group const& g) {
    if (g.ion_currents.n == 0) return;
    double* const block = g.block;
    Sums const s = g.ion_currents;
#ifdef RALL_ON_DEVICE
    for_each_scalar(team, s.n, [=](int k) { block[s.target[k]] = sum_of(s, block, k); });
#else
    for (int r = 0; r < s.n_runs; ++r) {
        int const first = s.run_begin[r], n = s.run_begin[r + 1] - first;
        double* const sum = block + s.target[first];
        for_each(team, n, [=](int i) { sum[i] = 0; });
        for (int e = s.begin[first]; e < s.begin[first + 1]; ++e) {
            double const *const term = block + s.source[e], scale = s.scale[e];
            for_each(team, n, [=](int i) { sum[i] += scale * term[i]; });
        }
    }
#endif
    copy(team, g, g.current_copies);
}

/// ... along their slopes to the potentials `half`.
RALL_KERNEL_LOOP void move_ion_currents(Team const& team, Group const& g, double const* half) {
    if (g.ion_slopes.n == 0) return;
    double *const block = g.block, *const v = g.v;
    Sums const s = g.ion_slopes;
    int const* const node = g.current_node;
    for_each_scalar(team, s.n,
                    [=](int k) { block[s.target[k]] += sum_of(s, block, k) * (half[node[k]] - v[node[k]]); });
    copy(team, g, g.current_copies);
}

inline constexpr double slope_shift = 0.001;  // mV

/// The group where currents add to nothing.
RALL_FUNCTION Group go_nowhere(Group const& g) {
    Group elsewhere = g;
    elsewhere.d = elsewhere.rhs = g.spare;
    return elsewhere;
}

/// The group with all potentials a little higher, where currents go nowhere.
RALL_KERNEL_LOOP Group shift_potentials(Team const& team, Group const& g) {
    double *const shifted = g.shifted, *const v = g.v;
    for_each(team, g.tree.n_nodes, [=](int i) { shifted[i] = v[i] + slope_shift; });
    Group elsewhere = go_nowhere(g);
    elsewhere.v = shifted;
    return elsewhere;
}

/// f(a, b, i) for what some elements of a mechanism have for all its instances beside a buffer.
template <class F>
RALL_FUNCTION void beside(Team const& team, MechanismArrays const& m, int n, int const* element, double* buffer,
                          F const& f) {
    int const size = (m.n + lanes - 1) / lanes * lanes;
    for (int e = 0; e < n; ++e) {
        kernel::Variable const x = m.variables[element[e]];
        double* const to = buffer + e * size;
        for_each(team, m.n, [=](int i) { f(x.data[x.stride ? i : i % lanes], to[i]); });
    }
}

/// Before the currents at shifted potentials: what they must not change.
RALL_KERNEL_LOOP void keep_for_slopes(Team const& team, MechanismArrays const& m) {
    SlopeArrays const& s = *m.slopes;
    beside(team, m, s.n_kept, s.kept_element, s.kept, [](double value, double& kept) { kept = value; });
}

/// After them.
RALL_KERNEL_LOOP void begin_slopes(Team const& team, MechanismArrays const& m) {
    SlopeArrays const& s = *m.slopes;
    beside(team, m, s.n, s.element, s.value, [](double shifted, double& slope) { slope = shifted; });
    beside(team, m, s.n_kept, s.kept_element, s.kept, [](double& value, double kept) { value = kept; });
}

/// After the currents at the true potentials.
RALL_KERNEL_LOOP void end_slopes(Team const& team, MechanismArrays const& m) {
    SlopeArrays const& s = *m.slopes;
    beside(team, m, s.n, s.element, s.value,
           [](double current, double& slope) { slope = (slope - current) / slope_shift; });
}

}  // namespace rall::solver
