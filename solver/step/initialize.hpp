// What comes before the steps: INITIAL, the first currents and samples; and events without a step. Order of operations as in
// NEURON's finitialize (docs/design.md, section 3).
#pragma once

#include "solver/step/advance.hpp"

namespace rall::solver {

/// t = 0: v at its start, ions, INITIAL blocks (those that set concentrations first).
template <class... M>
struct Initialize {
    Group const* groups;
    Advance advance;

    RALL_FUNCTION void operator()(Team const& team) const {
        Group const& g = groups[team.league_rank()];
        Context const context{0, advance.dt, advance.celsius, advance.seed};
        double* const v = g.v;
        double const* const v_init = g.v_init;
        int const* const cell_of_node = g.cell_of_node;
        for_each(team, g.tree.n_nodes, [=](int i) { v[i] = v_init[cell_of_node[i]]; });
        Step<M...>::for_each_mechanism(
            [&]<class T>(T*, int k) {
                MechanismArrays const& m = g.mechanisms[k];
                if (m.n == 0) return;
                once(team, [&] { *static_cast<typename T::Common*>(m.common) = T::common(context, m.variables); });
                if constexpr (HasCurves<T>)
                    if (m.makes_curves) tabulate<T>(team, context, common<T>(m), m.variables, m.curves);
            },
            std::index_sequence_for<M...>{});
        Step<M...>::template run_at<Moment::before_initial>(team, g, context);
        Step<M...>::writers_first([&]<class T>(T*, int k) {
            MechanismArrays const& m = g.mechanisms[k];
            if (m.n == 0) return;
            initials<T>(team, g, m, context, k);
            if constexpr (T::info.gating.n_transitions > 0) draw_initial_states<T>(team, m, context);
            if constexpr (T::info.sets_ions) copy(team, g, m.publish);
            if constexpr (T::info.writes_concentration) update_reversals(team, g);
        });
        once(team, [&] {  // they may send events
            for (int c = 0; c < g.n_connections; ++c) {
                Delivery const& to = g.connections[c];
                Step<M...>::with_mechanism(to.mechanism, [&]<class T>(T*) { connect<T>(g, context, to); });
            }
        });
        Step<M...>::template run_at<Moment::after_initial>(team, g, context);
        Step<M...>::finish(team, g, 0, false);
    }
};

/// Then, after the events of t = 0: currents once, the first samples, and the spikes of cells that begin above a threshold.
template <class... M>
struct Begin {
    Group const* groups;
    Advance advance;

    RALL_FUNCTION void operator()(Team const& team) const {
        Group const& g = groups[team.league_rank()];
        Context const context{0, advance.dt, advance.celsius, advance.seed};
        using S = Step<M...>;
        S::template run_at<Moment::before_breakpoint>(team, g, context);
        update_reversals(team, g);
        S::keep_passive(team, g, context);
        S::all_currents(team, g, context);
        S::template run_at<Moment::before_step>(team, g, context);
        sample_probes(team, g, 0, 0);
        once(team, [&] {
            for (int k = 0; k < g.n_detectors; ++k) g.above[k] = 0;
        });
        detect_spikes(team, g, 0);
        S::finish(team, g, 0, false);
    }
};

/// Events due at or before `until`, which is not after the middle of step `first_step`.
template <class... M>
struct Deliver {
    Group const* groups;
    Advance advance;
    double until;  ///< ms

    RALL_FUNCTION void operator()(Team const& team) const {
        Group const& g = groups[team.league_rank()];
        double const t = static_cast<double>(advance.first_step) * advance.dt;
        Context const middle{t + 0.5 * advance.dt, advance.dt, advance.celsius, advance.seed};
        bool const done = Step<M...>::events(team, g, middle, t, advance.first_step, until);
        Step<M...>::finish(team, g, advance.first_step, !done);
    }
};

}  // namespace rall::solver
