// The step. One team advances one group through all steps of an epoch; the physics reads top to bottom in Step::solve_step() and
// Step::end_step().
// Order of operations as in NEURON's fixed step (docs/design.md, section 3).
#pragma once

#include <tuple>
#include <utility>

#include "solver/step/diffusion.hpp"
#include "solver/step/divergence.hpp"
#include "solver/step/gating.hpp"
#include "solver/step/ion_currents.hpp"

namespace rall::solver {

/// Nernst (1888), mV, with NEURON's answer to concentrations that have no logarithm.
RALL_FUNCTION double nernst_potential(double inner, double outer, double factor) {
    double const e = factor * math::log(outer / inner);
    return inner <= 0 ? 1e6 : outer <= 0 ? -1e6 : e;
}

/// Reversal potentials of the ions whose concentrations move, to all that read them.
RALL_KERNEL_LOOP void update_reversals(Team const& team, Group const& g) {
    if (g.nernst.n == 0) return;
    double* const block = g.block;
    NernstSites const s = g.nernst;
    auto const one = [=](int k) {
        block[s.reversal[k]] = nernst_potential(block[s.inner[k]], block[s.outer[k]], s.factor[k]);
    };
#ifdef RALL_ON_DEVICE
    for_each_scalar(team, s.n, one);
#else
    for (int k = 0; k < s.n; k += lanes) {
        int const n = s.n - k < lanes ? s.n - k : lanes;
        if (n == lanes && consecutive(s.reversal + k)) {
            double *const reversal = block + s.reversal[k], *const inner = block + s.inner[k];
            double const *const outer = block + s.outer[k], *const factor = s.factor + k;
            for_each(team, lanes, [=](int i) { reversal[i] = nernst_potential(inner[i], outer[i], factor[i]); });
        } else {
            for (int i = k; i < k + n; ++i) one(i);
        }
    }
#endif
    copy(team, g, g.reversal_copies);
}

/// The matrix and its right hand side before currents that are not passive, where there are such.
RALL_KERNEL_LOOP void clear(Team const& team, Group const& g) {
    for (int a = 0; a < g.n_active; ++a) {
        int const first = g.active[2 * a];
        double *const d = g.d + first, *const rhs = g.rhs + first;
        for_each(team, g.active[2 * a + 1] - first, [=](int i) {
            d[i] = 0;
            rhs[i] = 0;
        });
    }
}

template <class M>
RALL_FUNCTION void currents_at(Team const& team, Group const& g, MechanismArrays const& m, Context const& context) {
    heard_or_quiet<M>(m, [&]<class I>(I*) {
        if constexpr (M::info.kind == MechanismKind::point) point_currents<M, I>(team, g, m, context);
        else density_currents<M, I>(team, g, m, context);
    });
}

template <class M>
RALL_FUNCTION void currents(Team const& team, Group const& g, MechanismArrays const& m, Context const& context) {
    if constexpr (M::info.has_current) {
        if (m.n == 0) return;
        if (m.slopes) {
            keep_for_slopes(team, m);
            currents_at<M>(team, shift_potentials(team, g), m, context);
            begin_slopes(team, m);
        }
        currents_at<M>(team, g, m, context);
        if (m.slopes) end_slopes(team, m);
        if constexpr (M::info.sets_ions_in_current) copy(team, g, m.publish);
    }
}

/// Passive mechanisms are part of the matrix. Currents that somebody looks at are computed, and what they add is forgotten.
template <class M>
RALL_FUNCTION void show_passive(Team const& team, Group const& g, MechanismArrays const& m, Context const& context) {
    if constexpr (M::info.passive)
        if (m.n > 0 && m.shows && g.passive_d) currents_at<M>(team, go_nowhere(g), m, context);
}

/// Of a mechanism that is not passive, or (with variable steps) treated as others.
template <class M>
RALL_FUNCTION void active_currents(Team const& team, Group const& g, MechanismArrays const& m, Context const& context) {
    if constexpr (M::info.passive)
        if (g.passive_d) return;
    currents<M>(team, g, m, context);
}

RALL_KERNEL_LOOP void gather_points(Team const& team, Group const& g, PointGather const& points) {
    double *const d = g.d, *const rhs = g.rhs;
    double const *const point_g = g.point_g, *const point_rhs = g.point_rhs;
    for (int round = 0; round < points.n_rounds; ++round) {
        int const begin = points.round_begin[round];
        int const *const node = points.node + begin, *const index = points.index + begin;
        for_each_scalar(team, points.round_begin[round + 1] - begin, [=](int k) {
            d[node[k]] += point_g[index[k]];
            rhs[node[k]] += point_rhs[index[k]];
        });
    }
}

/// Densities to absolute units, with capacitance and axial conductances; in groups without passive mechanisms.
RALL_FUNCTION void assemble_active(Team const& team, Group const& g) {
    double *const d = g.d, *const rhs = g.rhs;
    double const *const v = g.v, *const area = g.area, *const c_dt = g.c_dt, *const diagonal = g.diagonal;
    for_each(team, g.tree.n_nodes, [=](int i) {
        d[i] = diagonal[i] + area[i] * d[i];
        rhs[i] = c_dt[i] * v[i] + area[i] * rhs[i];
    });
}

/// ... of nodes with them: stretches without other density currents, each before one that has some (where these are 0 the results are the same);
/// then those whose pivots are known.
RALL_FUNCTION void assemble_passive(Team const& team, Group const& g) {
    int const n = g.tree.n_nodes - n_below(g.tree, g.constant_level);
    double *const d = g.d, *const rhs = g.rhs;
    double const *const v = g.v, *const area = g.area, *const c_dt = g.c_dt, *const passive_d = g.passive_d, *const passive_rhs = g.passive_rhs;
    int done = 0;
    for (int a = 0; a <= g.n_active; ++a) {
        int const first = a < g.n_active ? g.active[2 * a] : n, end = a < g.n_active ? g.active[2 * a + 1] : n;
        if (done < first)
            for_each(team, first - done, [=](int k) {
                int const i = done + k;
                d[i] = passive_d[i];
                rhs[i] = c_dt[i] * v[i] + passive_rhs[i];
            });
        if (first < end)
            for_each(team, end - first, [=](int k) {
                int const i = first + k;
                d[i] = passive_d[i] + area[i] * d[i];
                rhs[i] = c_dt[i] * v[i] + passive_rhs[i] + area[i] * rhs[i];
            });
        done = end;
    }
    for_each(team, g.tree.n_nodes - n, [=](int k) { rhs[n + k] = c_dt[n + k] * v[n + k] + passive_rhs[n + k]; });
}

/// The tree matrix and its right hand side, from what density mechanisms and point processes add.
RALL_KERNEL_LOOP void assemble(Team const& team, Group const& g) {
    double *const d = g.d, *const rhs = g.rhs;
    double const *const c_dt = g.c_dt, *const diagonal = g.diagonal;
    if (g.passive_d) assemble_passive(team, g);
    else assemble_active(team, g);
    gather_points(team, g, g.membrane_points);
    MembraneSites const membrane = g.membrane;
    if (membrane.n > 0)
        for_each_scalar(team, membrane.n, [=](int k) {
            int const node = membrane.node[k];
            membrane.d[k] = d[node] - (diagonal[node] - c_dt[node]);
            membrane.rhs[k] = rhs[node];
        });
    gather_points(team, g, g.electrode_points);
}

/// Currents through the membrane where the equations just solved hold: at v(t + dt), or for Crank-Nicolson at v(t + dt/2).
RALL_KERNEL_LOOP void membrane_currents(Team const& team, Group const& g, double const* v) {
    MembraneSites const membrane = g.membrane;
    if (membrane.n > 0)
        for_each_scalar(team, membrane.n,
                        [=](int k) { membrane.current[k] = membrane.d[k] * v[membrane.node[k]] - membrane.rhs[k]; });
}

/// v(t + dt). Crank-Nicolson solves for v(t + dt/2), and takes the ions' currents there too, as NEURON's secondorder = 2.
RALL_FUNCTION void solve_voltages(Team const& team, Group const& g, bool crank_nicolson) {
    if (g.tree.n_nodes == 0) return;  // a group of artificial cells
    if (crank_nicolson) {
        double *const v = g.v, *const half = g.rhs;
        solve(team, g.tree, g.constant_level, g.d, g.rhs, g.axial, half);
        membrane_currents(team, g, half);
        move_ion_currents(team, g, half);
        for_each(team, g.tree.n_nodes, [=](int i) { v[i] = 2 * half[i] - v[i]; });
    } else {
        solve(team, g.tree, g.constant_level, g.d, g.rhs, g.axial, g.v);
        membrane_currents(team, g, g.v);
    }
}

template <class M>
RALL_FUNCTION void advance_states(Team const& team, Group const& g, MechanismArrays const& m, Context const& context,
                                  [[maybe_unused]] bool exact_gating) {
    if constexpr (M::info.has_state) {
        if (m.n == 0) return;
        [[maybe_unused]] bool const exact = M::info.gating.exact || exact_gating;
        bool gated = false;
        if constexpr (M::info.gating.n_transitions > 0) gated = exact || has_channels<M>(m);
        if (!gated && !shows_states<M>()) states<M, Instance>(team, g, m, context);
        else if (!gated) heard_or_quiet<M>(m, [&]<class I>(I*) { states<M, I>(team, g, m, context); });
        else if constexpr (M::info.gating.n_transitions > 0) gate_all<M>(team, g, m, context, exact);
        if constexpr (M::info.sets_ions) copy(team, g, m.publish);
    }
}

/// Samples due at the end of step number `step` - 1.
RALL_KERNEL_LOOP void sample_probes(Team const& team, Group const& g, std::int64_t step, std::int64_t epoch_begin) {
    for (int p = 0; p < g.n_probes; ++p) {
        GroupProbe const& probe = g.probes[p];
        if (step < probe.start || step >= probe.stop || (step - probe.start) % probe.period != 0) continue;
        // The row of the first sample after `epoch_begin` is 0; at t = 0 the sample of step 0 is.
        std::int64_t const before = epoch_begin < probe.start ? 0 : (epoch_begin - probe.start) / probe.period + 1;
        std::int64_t const row = (step - probe.start) / probe.period - (step == 0 ? 0 : before);
        double* const out = probe.out + row * probe.n;
        int const* const element = probe.element;
        double const* const block = g.block;
        for_each_scalar(team, probe.n, [=](int k) { out[k] = block[element[k]]; });
    }
}

/// Thresholds crossed from below in this step send a spike; so do those above which a cell begins.
RALL_KERNEL_LOOP void detect_spikes(Team const& team, Group const& g, double t) {
    if (g.n_detectors == 0) return;
    once(team, [&] {
        for (int k = 0; k < g.n_detectors; ++k) {
            Detector const& detector = g.detectors[k];
            int const above = g.v[detector.node] > detector.threshold;
            if (above && !g.above[k]) send_spike(g, {t, detector.source});
            g.above[k] = above;
        }
    });
}

/// What is no number anywhere in a tree is so at its root after one solution. Looked at before the states see it: those that are lost
/// by then are the cause.
RALL_KERNEL_LOOP void find_trees_lost(Team const& team, Group const& g, std::int64_t step) {
    if (g.tree.n_nodes == 0) return;
    for_each_scalar(team, g.tree.level_begin[1], [&](int k) {
        int const i = g.tree.root(k), c = g.cell_of_node[i];
        Divergence& cell = g.divergences[c];
        if (is_finite(g.v[i]) || cell.step >= 0) return;
        find_states_lost(g, step, c);
        if (cell.step < 0) cell = {step, i, -1, -1};
    });
}

/// Is a voltage out of the range it may have, or a state infinite or no number? On a device all threads look; on a host find_diverged() does.
RALL_FUNCTION bool may_be_lost([[maybe_unused]] Team const& team, [[maybe_unused]] Group const& g, [[maybe_unused]] Advance const& advance) {
#ifdef RALL_ON_DEVICE
    int* const lost = &g.counters->lost;
    once(team, [&] { *lost = 0; });
    for_each_scalar(team, g.tree.n_nodes, [&](int i) {
        if (!is_within(advance, g.v[i])) Kokkos::atomic_fetch_or(lost, 1);
    });
    for (int s = 0; s < g.n_states; ++s)
        for_each_scalar(team, g.states[s].n, [&](int i) {
            if (!is_finite(g.states[s].value[i])) Kokkos::atomic_fetch_or(lost, 1);
        });
    return *lost;
#else
    return true;
#endif
}

/// Cells that are lost after step number `step` - 1. Of a cell the first place is told, whoever looks: by one thread.
RALL_KERNEL_LOOP void find_diverged(Team const& team, Group const& g, Advance const& advance, std::int64_t step) {
    bool const look = may_be_lost(team, g, advance);
    once(team, [&] {
        if (look) {
            for (int i = 0; i < g.tree.n_nodes; ++i) {
                Divergence& cell = g.divergences[g.cell_of_node[i]];
                if (!is_within(advance, g.v[i]) && comes_first(g, cell, step, -1, i)) cell = {step, i, -1, -1};
            }
            find_states_lost(g, step);
        }
        count_diverged(g);
    });
}

/// The model's step over a compile-time list of mechanisms.
template <class... M>
struct Step {
    Group const* groups;
    Advance advance;

    template <class F, std::size_t... I>
    RALL_FUNCTION static void for_each_mechanism(F const& f, std::index_sequence<I...>) {
        (f(static_cast<M*>(nullptr), static_cast<int>(I)), ...);
    }
    template <class F, std::size_t... I>
    RALL_FUNCTION static void for_each_mechanism_backwards(F const& f, std::index_sequence<I...>) {
        constexpr std::size_t last = sizeof...(M) - 1;
        (f(static_cast<std::tuple_element_t<last - I, std::tuple<M...>>*>(nullptr), static_cast<int>(last - I)), ...);
    }
    /// f(M*) for mechanism number k, found by halving: there are dozens.
    template <int first, int count, class F>
    RALL_FUNCTION static void with_mechanism(int k, F const& f) {
        if constexpr (count == 1) {
            f(static_cast<std::tuple_element_t<first, std::tuple<M...>>*>(nullptr));
        } else if constexpr (count > 1) {
            constexpr int half = count / 2;
            if (k < first + half) with_mechanism<first, half>(k, f);
            else with_mechanism<first + half, count - half>(k, f);
        }
    }
    template <class F>
    RALL_FUNCTION static void with_mechanism(int k, F const& f) {
        with_mechanism<0, static_cast<int>(sizeof...(M))>(k, f);
    }
    /// f(M*, index) for the mechanisms that set concentrations, the last by name first, then for all others by name: NEURON's
    /// order, which puts each new one that sets a concentration before all it knows.
    template <class F>
    RALL_FUNCTION static void writers_first(F const& f) {
        for_each_mechanism_backwards(
            [&]<class T>(T* m, int k) {
                if constexpr (T::info.writes_concentration) f(m, k);
            },
            std::index_sequence_for<M...>{});
        for_each_mechanism(
            [&]<class T>(T* m, int k) {
                if constexpr (!T::info.writes_concentration) f(m, k);
            },
            std::index_sequence_for<M...>{});
    }

    /// The BEFORE or AFTER blocks of all mechanisms.
    template <Moment moment>
    RALL_FUNCTION static void run_at(Team const& team, Group const& g, Context const& context) {
        writers_first([&]<class T>(T*, int k) {
            if constexpr (runs_at(T::info, moment))
                if (g.mechanisms[k].n > 0) at_moment<T, moment>(team, g, g.mechanisms[k], context);
        });
    }

    /// Arguments of connections lie anywhere in memory: those of the next events are asked for while this one is dealt with.
    RALL_FUNCTION static void fetch_ahead([[maybe_unused]] Group const& g, [[maybe_unused]] int delivery) {
#ifndef RALL_ON_DEVICE
        constexpr int ahead = 4;
        if (delivery + ahead >= g.n_deliveries) return;
        Delivery const& next = g.deliveries[delivery + ahead];
        if (!next.is_made_again) __builtin_prefetch(arguments(g, next.by()));
#endif
    }

    /// All events due at or before `until`, in the order (time, when it was sent). False when the group ran out of room.
    RALL_FUNCTION static bool deliver(Team const& team, Group const& g, Context context, double until) {
        Counters& c = *g.counters;
        auto const spike_due = [&] {
            return c.next_delivery < g.n_deliveries && g.deliveries[c.next_delivery].time <= until;
        };
        auto const self_due = [&] { return c.n_self_events > 0 && c.self_events[0].time <= until; };
        auto const self_first = [&] {
            Delivery const& spike = g.deliveries[c.next_delivery];
            SelfEvent const& own = c.self_events[0];
            return own.time < spike.time || (own.time == spike.time && own.sent < spike.sent);
        };
        if (!spike_due() && !self_due()) return true;
        team.team_barrier();  // nobody may go on to count before all have seen that there is work
        once(team, [&] {
            while ((spike_due() || self_due()) && has_room(g)) {
                SelfEvent event;
                if (spike_due() && !(self_due() && self_first())) {
                    Delivery const& d = g.deliveries[c.next_delivery++];
                    fetch_ahead(g, c.next_delivery);
                    event = {d.time, 0, d.sent, not_queued, d.order, d.by(), d.is_made_again ? d.weight : 0, d.instance, d.mechanism, 0, 0};
                } else {
                    event = pop_self_event(g);
                    if (!count_chain(g, event)) break;
                }
                context.t = event.time;
                with_mechanism(event.mechanism, [&]<class T>(T*) { receive<T>(g, context, event); });
            }
        });
        return !spike_due() && !self_due();
    }

    static constexpr bool watches = ((M::info.n_watches > 0) || ...);

    /// Events of a step as NEURON deals with them: what was due before, then conditions that are true at t and were not when last
    /// looked at, then what is due until the middle of the step; nothing of this after `until`. False when the group ran out of
    /// room; called again, it goes on.
    RALL_KERNEL_LOOP static bool events(Team const& team, Group const& g, Context const& middle, double t,
                                     std::int64_t step, double until) {
        if (!has_room(g)) return false;
        if constexpr (watches) {
            Context now = middle;
            now.t = t;
            if (until <= t) return deliver(team, g, now, until);
            bool const looked = g.counters->watched_step == step;
            if (!looked && !deliver(team, g, now, t)) return false;
            if (!looked)
                for_each_mechanism(
                    [&]<class T>(T*, int k) {
                        if constexpr (T::info.n_watches > 0) watch<T>(team, g, g.mechanisms[k], now);
                    },
                    std::index_sequence_for<M...>{});
            team.team_barrier();
            once(team, [&] {
                g.counters->watched_step = step;
                for_each_mechanism(
                    [&]<class T>(T*, int k) {
                        if constexpr (T::info.n_watches > 0) tell_crossed<T>(g, g.mechanisms[k], now, k);
                    },
                    std::index_sequence_for<M...>{});
            });
            if (!has_room(g)) return false;
        }
        return deliver(team, g, middle, until);
    }

    /// The matrix with what passive mechanisms add: g and c of their currents g v - c, which are -c at v = 0.
    RALL_KERNEL_LOOP static void set_passive(Team const& team, Group const& g, Context const& context) {
        double *const d = g.passive_d, *const rhs = g.passive_rhs, *const zero = g.rhs;
        for_each(team, g.tree.n_nodes, [=](int i) { d[i] = rhs[i] = zero[i] = 0; });
        Group at_zero = g;
        at_zero.v = zero;
        at_zero.d = d;
        at_zero.rhs = rhs;
        for_each_mechanism(
            [&]<class T>(T*, int k) {
                if constexpr (T::info.passive)
                    if (g.mechanisms[k].n > 0) density_currents<T, Quiet>(team, at_zero, g.mechanisms[k], context);
            },
            std::index_sequence_for<M...>{});
        double const *const area = g.area, *const diagonal = g.diagonal;
        for_each(team, g.tree.n_nodes, [=](int i) {
            d[i] = diagonal[i] + area[i] * d[i];
            rhs[i] *= area[i];
        });
        eliminate_constant(team, g.tree, g.constant_level, d, g.axial, g.d);
    }

    /// ... where it does not stand from before.
    RALL_FUNCTION static void keep_passive(Team const& team, Group const& g, Context const& context) {
        if (!g.passive_d || (g.counters->passive_celsius == context.celsius && !g.passive_changes)) return;
        set_passive(team, g, context);
        once(team, [&] { g.counters->passive_celsius = context.celsius; });
    }

    /// All currents, for d and rhs.
    RALL_KERNEL_LOOP static void all_currents(Team const& team, Group const& g, Context const& context) {
        for_each_mechanism([&]<class T>(T*, int k) { show_passive<T>(team, g, g.mechanisms[k], context); }, std::index_sequence_for<M...>{});
        clear(team, g);
        writers_first([&]<class T>(T*, int k) { active_currents<T>(team, g, g.mechanisms[k], context); });
        sum_ion_currents(team, g);
    }

    RALL_FUNCTION Context at(double t) const { return {t, advance.dt, advance.celsius, advance.seed}; }

    /// The step until v(t + dt) is known. False when the group ran out of room; called again, it goes on.
    RALL_KERNEL_LOOP bool solve_step(Team const& team, Group const& g, std::int64_t step) const {
        double const t = static_cast<double>(step) * advance.dt;
        Context const middle = at(t + 0.5 * advance.dt);
        if (!events(team, g, middle, t, step, middle.t)) return false;
        run_at<Moment::before_breakpoint>(team, g, middle);
        update_reversals(team, g);
        keep_passive(team, g, middle);
        all_currents(team, g, middle);
        assemble(team, g);
        solve_voltages(team, g, advance.crank_nicolson);
        return true;
    }

    /// ... and from there to its end.
    RALL_KERNEL_LOOP void end_step(Team const& team, Group const& g, std::int64_t step) const {
        Context const end = at(static_cast<double>(step + 1) * advance.dt);
        find_trees_lost(team, g, step + 1);
        find_places(team, g);
        writers_first(
            [&]<class T>(T*, int k) { advance_states<T>(team, g, g.mechanisms[k], end, advance.exact_gating); });
        writers_first([&]<class T>(T*, int k) { diffuse<T>(team, g, g.mechanisms[k], end); });
        run_at<Moment::after_solve>(team, g, end);
        run_at<Moment::before_step>(team, g, end);
        sample_probes(team, g, step + 1, advance.first_step);
        bool const last = step + 1 == advance.last_step;
        if (!last) detect_spikes(team, g, end.t);  // NEURON looks at thresholds when the next step begins
        if (last || (step + 1) % advance.check_period == 0) find_diverged(team, g, advance, step + 1);
    }

    RALL_FUNCTION void operator()(Team const& team) const {
        Group const& g = groups[team.league_rank()];
        std::int64_t const end = advance.first_step + advance.steps;
        std::int64_t step = all_diverged(g) ? end : g.counters->step;
        bool waits = false;
        for (; step < end; ++step) {
            waits = !solve_step(team, g, step);
            if (waits) break;
            end_step(team, g, step);
            if (all_diverged(g)) step = end - 1;
        }
        finish(team, g, step, waits);
    }

    /// What the host looks at after a launch.
    RALL_FUNCTION static void finish(Team const& team, Group const& g, std::int64_t step, bool waits) {
        team.team_barrier();
        once(team, [&] {
            Counters& c = *g.counters;
            c.step = step;
            c.waits = waits;
            c.next_self_event = c.n_self_events > 0 ? c.self_events[0].time : 1e300;
        });
    }
};

}  // namespace rall::solver
