// LONGITUDINAL_DIFFUSION: when all states of a step are advanced, those that diffuse spread along the cell by one implicit step of
// their own, as in NEURON: neighbours exchange (the mean of their constants) / (the distance of their middles) * (the difference
// of their states).
#pragma once

#include <type_traits>
#include <utility>

#include "solver/step/hines.hpp"
#include "solver/step/instances.hpp"
#include "solver/step/ion_currents.hpp"

namespace rall::solver {

/// Is one of the states that diffuse a concentration that others read?
constexpr bool diffuses_ions(MechanismInfo const& info) {
    for (int k = 0; k < info.n_diffusions; ++k) {
        int variable = 0;
        for (int e = info.diffusing[k]; e >= info.variables[variable].size;) e -= info.variables[variable++].size;
        if (info.variables[variable].role == Role::ion_write) return true;
    }
    return false;
}

/// The element of the k-th state that diffuses. Chosen among constants: device code cannot look into the host's tables.
template <class M, int... K>
RALL_FUNCTION int diffusing_element(int k, std::integer_sequence<int, K...>) {
    int element = 0;
    ((element = k == K ? std::integral_constant<int, M::info.diffusing[K]>::value : element), ...);
    return element;
}

template <class M>
RALL_FUNCTION void diffuse([[maybe_unused]] Team const& team, [[maybe_unused]] Group const& g,
                           [[maybe_unused]] MechanismArrays const& m, [[maybe_unused]] Context const& context) {
    if constexpr (M::info.n_diffusions > 0) {
        if (m.n == 0) return;
        DiffusionArrays const& a = *m.diffusion;
        Tree const& tree = a.tree;
        int const n = tree.n_nodes;
        auto const shared = common<M>(m);
        auto const at = [&](int node) {
            int const i = a.instance[node];
            return Instance{m.variables, i & ~(lanes - 1), i & (lanes - 1)};
        };
        for_each_scalar(team, n, [&](int i) {
            kernel::Diffusion given[M::info.n_diffusions];
            M::diffusion(context, shared, at(i), g.v[m.node[a.instance[i]]], given);
            for (int k = 0; k < M::info.n_diffusions; ++k) {
                a.constant[k * n + i] = given[k].constant;
                a.volume[k * n + i] = given[k].volume;
            }
        });
        for (int k = 0; k < M::info.n_diffusions; ++k) {
            int const state = diffusing_element<M>(k, std::make_integer_sequence<int, M::info.n_diffusions>());
            double const *const constant = a.constant + k * n, *const volume = a.volume + k * n;
            for_each_scalar(team, n, [&](int i) {
                double const capacity = volume[i] * a.length[i] / context.dt;
                a.d[i] = capacity;
                a.rhs[i] = capacity * at(i).get(state);
                int const parent = tree.parent[i];
                a.axial[i] = parent < 0 ? 0 : a.per_distance[i] * 0.5 * (constant[i] + constant[parent]);
            });
            for_each_scalar(team, n, [&](int i) {
                int const child = tree.first_child[i];
                a.d[i] += child < 0 ? a.axial[i] : a.axial[i] + a.axial[child];
            });
            for_each_scalar(team, tree.extra_begin[tree.n_levels], [&](int e) {
                for (int c = tree.extra_child_begin[e]; c < tree.extra_child_begin[e + 1]; ++c)
                    a.d[tree.extra_parent[e]] += a.axial[tree.extra_child[c]];
            });
            solve(team, tree, tree.n_levels, a.d, a.rhs, a.axial, a.rhs);
            for_each_scalar(team, n, [&](int i) { at(i).set(state, a.rhs[i]); });
        }
        if constexpr (diffuses_ions(M::info)) copy(team, g, m.publish);
    }
}

}  // namespace rall::solver
