// The kernels of the variable step: the right hand side of all equations of a group, Newton's linear solver for it, and what
// happens between steps. Order of operations as in Step (solver/step/advance.hpp), with derivatives where that advances states.
#pragma once

#include "solver/cvode/variable_kernels.hpp"
#include "solver/step/advance.hpp"

namespace rall::solver {

// What is done with one instance.
template <class M>
struct Settle {
    Context context;
    typename M::Common common;
    RALL_FUNCTION void operator()(Instance const& instance, double v, int) const {
        M::settle(context, common, instance, v);
    }
    RALL_FUNCTION void in_pieces(Stretch const& stretch) const requires requires {
        M::settle_pieces::n;
    }
    { run_pieces<typename M::settle_pieces, Instance>(context, common, stretch); }
};

template <class M>
struct Derivative {
    Context context;
    typename M::Common common;
    RALL_FUNCTION void operator()(Instance const& instance, double v, int) const {
        M::derivative(context, common, instance, v);
    }
    RALL_FUNCTION void in_pieces(Stretch const& stretch) const requires requires {
        M::derivative_pieces::n;
    }
    { run_pieces<typename M::derivative_pieces, Instance>(context, common, stretch); }
};

template <class M>
RALL_KERNEL_LOOP void settle(Team const& team, Group const& g, MechanismArrays const& m, Context context) {
    for_each_instance<M>(team, g, m, Settle<M>{context, common<M>(m)});
}

template <class M>
RALL_KERNEL_LOOP void derivatives(Team const& team, Group const& g, MechanismArrays const& m, Context context) {
    for_each_instance<M>(team, g, m, Derivative<M>{context, common<M>(m)});
}

template <class P, int k>
RALL_KERNEL_LOOP void relax_piece(kernel::Variable const* variables, int block, double gamma, double* kept) {
    if constexpr (P::template together<k>)
        P::template piece<k, lanes>(Instance{variables, block, 0}, gamma, kept, nullptr);
    else
#pragma omp simd
        for (int lane = 0; lane < lanes; ++lane)
            P::template piece<k, lanes>(Instance{variables, block, lane}, gamma, kept + lane, nullptr);
}

template <class P>
RALL_FUNCTION void relax_in_pieces(kernel::Variable const* variables, int block, double gamma) {
    alignas(64) double kept[P::n_kept * lanes];
    [&]<int... k>(std::integer_sequence<int, k...>) { (relax_piece<P, k>(variables, block, gamma, kept), ...); }
    (std::make_integer_sequence<int, P::n>{});
}

/// Instances do not see one another here: vector loops even where POINTERs order them. Without relax() the Jacobian is 0.
template <class M>
RALL_KERNEL_LOOP void relaxations(MechanismArrays const& m, double gamma) {
    if constexpr (requires { M::relax_pieces::n; })
        for (int block = 0; block < m.n; block += lanes)
            relax_in_pieces<typename M::relax_pieces>(m.variables, block, gamma);
    else if constexpr (requires(Instance const& instance) { M::relax(instance, gamma); })
        for (int block = 0; block < m.n; block += lanes)
#pragma omp simd
            for (int lane = 0; lane < lanes; ++lane) M::relax(Instance{m.variables, block, lane}, gamma);
}

/// Nodes without capacitance: the mean of their neighbours, weighted by conductances.
inline void settle_passive_nodes(Group const& g, Equations const& e) {
    for (int k = 0; k < e.n_passive; ++k) {
        int const i = e.passive[k];
        double sum = 0;
        if (int const parent = g.tree.parent[i]; parent >= 0) sum += g.axial[i] * g.v[parent];
        for (int c = e.child_begin[k]; c < e.child_begin[k + 1]; ++c) sum += g.axial[e.child[c]] * g.v[e.child[c]];
        g.v[i] = sum / g.diagonal[i];
    }
}

/// ... and of the currents that flow there, where a point process sits on such a node; these are taken for linear in v.
inline void charge_passive_nodes(Group const& g, Equations const& e) {
    for (int k = 0; k < e.n_passive; ++k) {
        int const i = e.passive[k];
        if (g.d[i] == 0 && g.rhs[i] == 0) continue;
        g.v[i] = (g.v[i] * g.diagonal[i] + g.rhs[i]) / (g.diagonal[i] + g.d[i]);
    }
}

/// dv/dt from the currents in g.d and g.rhs (densities, as (g, g v - i)). Leaves the membrane's conductance in g.d, uS.
inline void balance_currents(Team const& team, Group const& g, Equations const& e) {
    int const n = g.tree.n_nodes;
    double *const d = g.d, *const rhs = g.rhs, *const dv = e.dv, *const flow = e.flow;
    double const *const v = g.v, *const area = g.area, *const axial = g.axial, *const c = g.capacitance;
    int const *const parent = g.tree.parent, *const child = g.tree.first_child;
    for_each(team, n, [=](int i) {
        d[i] *= area[i];
        rhs[i] *= area[i];
    });
    gather_points(team, g, g.membrane_points);
    MembraneSites const membrane = g.membrane;
    for_each_scalar(team, membrane.n, [=](int k) {
        int const node = membrane.node[k];
        membrane.current[k] = d[node] * v[node] - rhs[node];
    });
    gather_points(team, g, g.electrode_points);
    charge_passive_nodes(g, e);
    for_each(team, n, [=](int i) { flow[i] = parent[i] < 0 ? 0 : axial[i] * (v[parent[i]] - v[i]); });
    for_each(team, n, [=](int i) { rhs[i] += flow[i] - d[i] * v[i] - (child[i] < 0 ? 0 : flow[child[i]]); });
    for_each_scalar(team, g.tree.extra_begin[g.tree.n_levels], [&](int k) {
        for (int x = g.tree.extra_child_begin[k]; x < g.tree.extra_child_begin[k + 1]; ++x)
            rhs[g.tree.extra_parent[k]] -= flow[g.tree.extra_child[x]];
    });
    for_each(team, n, [=](int i) { dv[i] = c[i] > 0 ? rhs[i] / c[i] : 0; });
    for_each_scalar(team, membrane.n, [=](int k) {
        int const node = membrane.node[k];
        membrane.current[k] += c[node] * dv[node];
    });
}

template <class... M>
struct VariableStep {
    using S = Step<M...>;

    static void evaluate(Team const& team, Group const& g, Equations const& e, Context const& now) {
        settle_passive_nodes(g, e);
        S::writers_first([&]<class T>(T*, int k) {
            MechanismArrays const& m = g.mechanisms[k];
            if (m.n == 0) return;
            if constexpr (T::info.has_settle) settle<T>(team, g, m, now);
            if constexpr (T::info.sets_ions) copy(team, g, m.publish);
        });
        S::template run_at<Moment::before_breakpoint>(team, g, now);
        update_reversals(team, g);
        clear(team, g);
        S::writers_first([&]<class T>(T*, int k) { currents<T>(team, g, g.mechanisms[k], now); });
        sum_ion_currents(team, g);
        balance_currents(team, g, e);
        S::writers_first([&]<class T>(T*, int k) {
            if constexpr (T::info.n_ode_states > 0)
                if (g.mechanisms[k].n > 0) derivatives<T>(team, g, g.mechanisms[k], now);
        });
        S::template run_at<Moment::after_solve>(team, g, now);
    }

    static void relax(Team const& team, Group const& g, Equations const& e, double gamma) {
        double *const d = g.d, *const rhs = g.rhs, *const dv = e.dv;
        double const *const c = g.capacitance, *const diagonal = g.diagonal, per_gamma = 1 / gamma;
        for_each(team, g.tree.n_nodes, [=](int i) {
            double const capacitance = c[i] * per_gamma;
            d[i] += capacitance + diagonal[i];
            rhs[i] = capacitance * dv[i];
        });
        solve(team, g.tree, g.tree.n_levels, d, rhs, g.axial, dv);
        for (int k = 0; k < e.n_passive; ++k) dv[e.passive[k]] = 0;
        S::for_each_mechanism(
            [&]<class T>(T*, int k) {
                if constexpr (T::info.n_ode_states > 0)
                    if (g.mechanisms[k].n > 0) relaxations<T>(g.mechanisms[k], gamma);
            },
            std::index_sequence_for<M...>{});
    }

    /// Conditions: those there was no room to tell of last time come first.
    static bool look(Team const& team, Group const& g, Context const& now) {
        bool told = false;
        S::for_each_mechanism(
            [&]<class T>(T*, int k) {
                if constexpr (T::info.n_watches > 0) {
                    told |= tell_crossed<T>(g, g.mechanisms[k], now, k);
                    watch<T>(team, g, g.mechanisms[k], now);
                    told |= tell_crossed<T>(g, g.mechanisms[k], now, k);
                }
            },
            std::index_sequence_for<M...>{});
        return told;
    }

    static double next_discontinuity(Group const& g, Context const& now) {
        double next = 1e300;
        S::for_each_mechanism(
            [&]<class T>(T*, int k) {
                if constexpr (T::info.has_discontinuities) {
                    MechanismArrays const& m = g.mechanisms[k];
                    if (m.n == 0) return;
                    auto const shared = common<T>(m);
                    for (int i = 0; i < m.n; ++i) {
                        Instance const instance{m.variables, i & ~(lanes - 1), i & (lanes - 1)};
                        double const time = T::next_discontinuity(now, shared, instance);
                        if (time < next) next = time;
                    }
                }
            },
            std::index_sequence_for<M...>{});
        return next;
    }
};

/// The kernels as functions that need no Kokkos; null where no host runs them.
template <class... M>
VariableKernels const* variable_kernels() {
#if defined(KOKKOS_ENABLE_CUDA) || defined(KOKKOS_ENABLE_HIP) || defined(KOKKOS_ENABLE_SYCL) || defined(RALL_EMULATED_DEVICE)
    return nullptr;
#else
    using V = VariableStep<M...>;
    static constexpr auto of = [](void const* team) -> Team const& { return *static_cast<Team const*>(team); };
    static VariableKernels const kernels{
        [](int n_groups, void (*work)(void*, int, void const*), void* context) {
            Kokkos::parallel_for("rall::variable", Policy(n_groups, 1),
                                 [=](Team const& team) { work(context, team.league_rank(), &team); });
            Kokkos::fence();
        },
        [](void const* team, Group const& g, Equations const& e, Context const& now) {
            V::evaluate(of(team), g, e, now);
        },
        [](void const* team, Group const& g, Equations const& e, double gamma) { V::relax(of(team), g, e, gamma); },
        [](void const* team, Group const& g, Context const& now, double until) {
            return V::S::deliver(of(team), g, now, until);
        },
        [](void const* team, Group const& g, Context const& now) { return V::look(of(team), g, now); },
        [](void const*, Group const& g, Context const& now) { return V::next_discontinuity(g, now); },
        [](void const* team, Group const& g, Equations const& e, Context const& now, std::int64_t step,
           std::int64_t epoch_begin, bool evaluated) {
            if (evaluated) {
                V::evaluate(of(team), g, e, now);
                V::S::template run_at<Moment::before_step>(of(team), g, now);
            }
            sample_probes(of(team), g, step, epoch_begin);
        }};
    return &kernels;
#endif
}

}  // namespace rall::solver
