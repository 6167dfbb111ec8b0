// What a library's kernels do for the variable step, one group at a time: the right hand side, the linear solver of Newton's
// iteration, and events. The integrator that calls them (solver/cvode/integrator.hpp) needs neither Kokkos nor the mechanisms.
#pragma once

#include "solver/step/group.hpp"

namespace rall::solver {

/// What the equations of a group need besides its arrays. Nodes without capacitance have no equation: the currents from their
/// neighbours add up to nothing.
struct Equations {
    double* dv;    ///< [padded n_nodes] dv/dt, mV/ms; relax() takes and leaves right hand side and solution here
    double* flow;  ///< [padded n_nodes] current from the parent, nA
    int n_passive;
    int const* passive;      ///< nodes without capacitance, ascending
    int const* child_begin;  ///< [n_passive + 1] into child: their children
    int const* child;
};

/// `team` is a solver::Team (solver/step/team.hpp), handed through by who knows no Kokkos. Host back ends only.
struct VariableKernels {
    /// work(context, group, team) for all groups, in parallel.
    void (*for_each_group)(int n_groups, void (*work)(void* context, int group, void const* team), void* context);
    /// dv/dt and the derivatives of all states at the v and states of the group's arrays, and the Jacobians of the mechanisms.
    void (*evaluate)(void const* team, Group const&, Equations const&, kernel::Context const&);
    /// Solves (1 - gamma J) x = b in place, where evaluate() has left derivatives; once per evaluate(). As in NEURON, J has a block for
    /// the voltages, with the slopes of the currents, and one for each instance, and nothing that couples the blocks.
    void (*relax)(void const* team, Group const&, Equations const&, double gamma);
    /// Events due until `until`. False when the group ran out of room.
    bool (*deliver)(void const* team, Group const&, kernel::Context const&, double until);
    /// Looks at the conditions of WATCH at context.t; true where one has become true and its event was delivered.
    bool (*watch)(void const* team, Group const&, kernel::Context const&);
    /// The earliest time after context.t at which an equation of the group jumps, ms.
    double (*next_discontinuity)(void const* team, Group const&, kernel::Context const&);
    /// Takes the samples due at `step`; `evaluated`: they show more than voltages and states, so evaluate() comes first.
    void (*sample)(void const* team, Group const&, Equations const&, kernel::Context const&, std::int64_t step,
                   std::int64_t epoch_begin, bool evaluated);
};

}  // namespace rall::solver
