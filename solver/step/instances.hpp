// The loops over the instances of one mechanism: eight instances at a time with their voltages in vector registers on a CPU,
// an instance per thread on a GPU. The generated code of a mechanism only ever sees one instance.
#pragma once

#include "solver/step/curves.hpp"
#include "solver/step/events.hpp"
#include "solver/step/team.hpp"

namespace rall::solver {

/// Are eight ascending places, as those of a block of instances, neighbours in memory? The ends tell.
RALL_FUNCTION bool consecutive(int const* node) { return node[lanes - 1] - node[0] == lanes - 1; }

RALL_FUNCTION void load(double* to, double const* nodes, int const* node) {
    if (consecutive(node)) {
#pragma omp simd
        for (int lane = 0; lane < lanes; ++lane) to[lane] = nodes[node[0] + lane];
    } else {
        for (int lane = 0; lane < lanes; ++lane) to[lane] = nodes[node[lane]];
    }
}

/// v of an instance's compartment; artificial cells have none.
template <class M>
RALL_FUNCTION double voltage(Group const& g, MechanismArrays const& m, int i) {
    if constexpr (M::info.kind == MechanismKind::artificial) return 0;
    else return g.v[m.node[i]];
}

/// What a mechanism works out once for all its instances; a copy, so that it is known not to change in a loop.
template <class M>
RALL_FUNCTION typename M::Common common(MechanismArrays const& m) {
    return *static_cast<typename M::Common const*>(m.common);
}

/// What a current and its slope contribute to the matrix: g to the diagonal, g v - i to the right hand side; an electrode's
/// current counts the other way.
template <class M>
RALL_FUNCTION Current contribution(Current c, double v) {
    if constexpr (M::info.electrode_current) return {c.i - c.g * v, -c.g};
    else return {c.g * v - c.i, c.g};
}

/// ... of an instance. (A loop that handed over the current itself would be no vector code.)
template <class M>
RALL_FUNCTION Current contribution(Context const& context, typename M::Common const& common, auto const& instance, double v) {
    Current const c = M::current(context, common, instance, v);
    return contribution<M>(c, v);
}

/// True where a mechanism's instances run one after the other: they see one another's changes, through POINTERs or a concentration that
/// several set in one compartment.
template <class M>
RALL_FUNCTION bool is_ordered([[maybe_unused]] MechanismArrays const& m) {
    constexpr bool may_share = M::info.kind == MechanismKind::point && M::info.writes_concentration;
    if constexpr (M::info.has_pointers || may_share) return m.n_ordered > 0;
    else return false;
}

/// What the instance that runs as number k sets, to the ion and to all that read it.
RALL_FUNCTION void publish(Group const& g, MechanismArrays const& m, int k) {
    for (int e = m.publish_begin[k]; e < m.publish_begin[k + 1]; ++e) g.block[m.publish.destination[e]] = g.block[m.publish.source[e]];
}

/// f(Instance, v, i), one after the other.
template <class M, class F>
RALL_FUNCTION void in_order(Team const& team, Group const& g, MechanismArrays const& m, F const& f) {
    once(team, [&] {
        for (int k = 0; k < m.n_ordered; ++k) {
            int const i = m.ordered[k];
            f(Instance{m.variables, i & ~(lanes - 1), i & (lanes - 1)}, voltage<M>(g, m, i), i);
            if (m.publish_begin) publish(g, m, k);
        }
    });
}

/// The voltages of n instances from `first` on: where their compartments are neighbours as they lie, else in `kept`.
template <class M>
RALL_FUNCTION double const* voltages(Group const& g, MechanismArrays const& m, int first, int n, double* kept) {
    if constexpr (M::info.kind == MechanismKind::density) {
        int const* const node = m.node + first;
        if (node[n - 1] - node[0] == n - 1) return g.v + node[0];
        for (int block = 0; block < n; block += lanes) load(kept + block, g.v, node + block);
    } else {
        for (int i = 0; i < n; ++i) kept[i] = voltage<M>(g, m, first + i);
    }
    return kept;
}

/// The same instance as an Instance or a Quiet.
template <class I>
RALL_FUNCTION I as(Instance const& instance) {
    return {instance.variables, instance.block, instance.lane};
}

/// f(Stretch) for all instances of a mechanism, padding included, by stretches of `longest`.
template <class M, int longest, class F>
RALL_FUNCTION void for_each_stretch(Group const& g, MechanismArrays const& m, F const& f) {
    int const end = (m.n + lanes - 1) & ~(lanes - 1);
    for (int first = 0; first < end; first += longest) {
        int const n = longest == lanes || longest < end - first ? longest : end - first;
        alignas(64) double kept[longest];
        double const* const v = voltages<M>(g, m, first, n, kept);
        f(Stretch{m.variables, first, n, v, v == kept ? -1 : m.node[first]});
    }
}

/// How long stretches of a function are: of one that is whole, a vector.
template <class F>
constexpr int longest_stretch() {
    if constexpr (requires { F::stretch; }) return F::stretch;
    else return lanes;
}

template <class M>
concept CurrentInPieces = requires {
    M::current_pieces::n;
};

/// How long stretches of a mechanism's currents are.
template <class M>
constexpr int stretch_of_currents() {
    if constexpr (CurrentInPieces<M>) return M::current_pieces::stretch;
    else return lanes;
}

/// The contributions of the instances of a stretch.
template <class M, class I>
RALL_FUNCTION void contributions(Context const& context, typename M::Common const& common, Stretch const& stretch, double* rhs,
                                 double* d) {
    if constexpr (CurrentInPieces<M>) {
        run_pieces<typename M::current_pieces, I>(context, common, stretch, rhs, d);
        for (int block = 0; block < stretch.n; block += lanes) {
#pragma omp simd
            for (int lane = block; lane < block + lanes; ++lane) {
                Current const c = contribution<M>({rhs[lane], d[lane]}, stretch.v[lane]);
                rhs[lane] = c.i;
                d[lane] = c.g;
            }
        }
    } else {
#pragma omp simd
        for (int lane = 0; lane < lanes; ++lane) {
            Current const c = contribution<M>(context, common, I{stretch.variables, stretch.first, lane}, stretch.v[lane]);
            rhs[lane] = c.i;
            d[lane] = c.g;
        }
    }
}

/// What a vector of instances adds to its compartments, which are ascending.
RALL_FUNCTION void add(double* nodes, int const* node, double const* values) {
    if (consecutive(node)) {
        double* const to = nodes + node[0];
#pragma omp simd
        for (int lane = 0; lane < lanes; ++lane) to[lane] += values[lane];
    } else {
        for (int lane = 0; lane < lanes; ++lane) nodes[node[lane]] += values[lane];
    }
}

/// Could instances of M show something, and are they quiet where nobody looks? (Functions too long for a compiler are compiled only once.)
template <class M>
constexpr bool may_be_quiet() {
#ifdef RALL_ON_DEVICE
    return false;
#else
    if constexpr (requires { M::state_pieces::n; })
        if (M::state_pieces::stretch == lanes) return false;
    if constexpr (requires { M::current_pieces::n; })
        if (M::current_pieces::stretch == lanes) return false;
    for (auto const& x : M::variables)
        if (x.role == Role::observable || (x.role == Role::ion_write && x.field == IonField::current)) return true;
    return false;
#endif
}

/// f(I*), with Quiet for I where nobody looks at these instances.
template <class M, class F>
RALL_FUNCTION void heard_or_quiet([[maybe_unused]] MechanismArrays const& m, F const& f) {
    if constexpr (requires { M::variables; } && may_be_quiet<M>())
        if (!m.shows) return f(static_cast<Quiet*>(nullptr));
    f(static_cast<Instance*>(nullptr));
}

/// All currents of a density mechanism, added to the nodes it sits on. No node carries a mechanism twice.
template <class M, class I>
RALL_KERNEL_LOOP void density_currents([[maybe_unused]] Team const& team, Group const& g, MechanismArrays const& m,
                                       Context context) {
    auto const shared = common<M>(m);
    if (is_ordered<M>(m)) {
        in_order<M>(team, g, m, [&](Instance const& instance, double v, int i) {
            Current const c = contribution<M>(context, shared, as<I>(instance), v);
            g.rhs[m.node[i]] += c.i;
            g.d[m.node[i]] += c.g;
        });
        return;
    }
#ifdef RALL_ON_DEVICE
    for_each(team, m.n, [&](int i) {
        int const node = m.node[i];
        Instance const instance{m.variables, i & ~(lanes - 1), i & (lanes - 1)};
        Current const c = contribution<M>(context, shared, instance, g.v[node]);
        g.rhs[node] += c.i;
        g.d[node] += c.g;
    });
#else
    constexpr int longest = stretch_of_currents<M>();
    for_each_stretch<M, longest>(g, m, [&](Stretch const& stretch) {
        int const* const node = m.node + stretch.first;
        alignas(64) double rhs[longest], d[longest];
        contributions<M, I>(context, shared, stretch, rhs, d);
        for (int block = 0; block < stretch.n; block += lanes) {
            add(g.rhs, node + block, rhs + block);
            add(g.d, node + block, d + block);
        }
    });
#endif
}

/// f(Instance, v, i) for the instances of a stretch.
template <class F>
RALL_FUNCTION void run_stretch(F const& f, Stretch const& stretch) {
    if constexpr (requires { f.in_pieces(stretch); }) {
        f.in_pieces(stretch);
    } else {
#pragma omp simd
        for (int lane = 0; lane < lanes; ++lane) f(Instance{stretch.variables, stretch.first, lane}, stretch.v[lane], stretch.first + lane);
    }
}

/// f(Instance, v, i) for all instances of a mechanism, padding included on a CPU.
template <class M, class F>
RALL_FUNCTION void for_each_instance(Team const& team, Group const& g, MechanismArrays const& m, F const& f) {
    if (is_ordered<M>(m)) return in_order<M>(team, g, m, f);
#ifdef RALL_ON_DEVICE
    for_each(team, m.n, [&](int i) {
        f(Instance{m.variables, i & ~(lanes - 1), i & (lanes - 1)}, voltage<M>(g, m, i), i);
    });
#else
    (void)team;
    for_each_stretch<M, longest_stretch<F>()>(g, m, [&](Stretch const& stretch) { run_stretch(f, stretch); });
#endif
}

// What is done with one instance. Structs rather than lambdas: they must be inlined before the lanes can become a vector.
template <class M, class I>
struct PointCurrent {
    Context context;  // a copy: what it holds is known not to change in the loop
    typename M::Common common;
    double *rhs, *g;
    RALL_FUNCTION void operator()(Instance const& instance, double v, int i) const {
        Current const c = contribution<M>(context, common, as<I>(instance), v);
        rhs[i] = c.i;
        g[i] = c.g;
    }
    static constexpr int stretch = stretch_of_currents<M>();
    RALL_FUNCTION void in_pieces(Stretch const& stretch) const requires CurrentInPieces<M> {
        contributions<M, I>(context, common, stretch, rhs + stretch.first, g + stretch.first);
    }
};

template <class M>
concept StateInPieces = requires {
    M::state_pieces::n;
};

/// How long stretches of a mechanism's states are.
template <class M>
constexpr int stretch_of_states() {
    if constexpr (HasCurves<M>) return OwnPlaces::most;
    else if constexpr (StateInPieces<M>) return M::state_pieces::stretch;
    else return lanes;
}

template <class M, class I>
struct State {
    Context context;
    typename M::Common common;
    Places places = {};
    double const* curves = nullptr;  ///< their table; null: all is computed
    bool shows = false;              ///< somebody looks at observables
    RALL_FUNCTION void operator()(Instance const& instance, double v, int) const {
        if constexpr (HasCurves<M>) state_on_curves<M>(context, common, as<I>(instance), v, curves, shows);
        else M::state(context, common, as<I>(instance), v);
    }
    static constexpr int stretch = stretch_of_states<M>();
    RALL_FUNCTION void in_pieces(Stretch const& s) const requires(HasCurves<M> || StateInPieces<M>) {
        if constexpr (HasCurves<M>) states_on_curves<M, I>(context, common, s, places, curves, shows);
        else run_pieces<typename M::state_pieces, I>(context, common, s);
    }
};

/// Could state() show something? Where it could not, one variant of it does.
template <class M>
constexpr bool shows_states() {
    if constexpr (requires { M::shows_states; }) return M::shows_states;
    else return true;
}

template <class M>
struct Initial {
    Context context;
    typename M::Common common;
    RALL_FUNCTION void operator()(Instance const& instance, double v, int) const {
        Mute mute;
        M::initial(context, common, instance, v, mute);
    }
};

template <class M>
struct Watch {
    Context context;
    typename M::Common common;
    RALL_FUNCTION void operator()(Instance const& instance, double v, int) const {
        M::watch(context, common, instance, v);
    }
};

template <class M, Moment moment>
struct AtMoment {
    Context context;
    typename M::Common common;
    RALL_FUNCTION void operator()(Instance const& instance, double v, int) const {
        if constexpr (moment == Moment::before_initial) M::before_initial(context, common, instance, v);
        if constexpr (moment == Moment::after_initial) M::after_initial(context, common, instance, v);
        if constexpr (moment == Moment::before_breakpoint) M::before_breakpoint(context, common, instance, v);
        if constexpr (moment == Moment::after_solve) M::after_solve(context, common, instance, v);
        if constexpr (moment == Moment::before_step) M::before_step(context, common, instance, v);
    }
};

/// Currents of point processes, each into its own elements; several may share a compartment.
template <class M, class I>
RALL_KERNEL_LOOP void point_currents(Team const& team, Group const& g, MechanismArrays const& m, Context context) {
    for_each_instance<M>(
        team, g, m, PointCurrent<M, I>{context, common<M>(m), g.point_rhs + m.first_point, g.point_g + m.first_point});
}

template <class M, class I>
RALL_KERNEL_LOOP void states(Team const& team, Group const& g, MechanismArrays const& m, Context context) {
    for_each_instance<M>(team, g, m, State<M, I>{context, common<M>(m), {g.interval, g.within, g.same}, m.curves, m.is_observed});
}

/// A BEFORE or AFTER block.
template <class M, Moment moment>
RALL_KERNEL_LOOP void at_moment(Team const& team, Group const& g, MechanismArrays const& m, Context context) {
    for_each_instance<M>(team, g, m, AtMoment<M, moment>{context, common<M>(m)});
}

/// INITIAL; mechanisms that send events do so one after the other.
template <class M>
RALL_RARE_LOOP void initials(Team const& team, Group const& g, MechanismArrays const& m, Context context,
                             [[maybe_unused]] int mechanism) {
    if constexpr (M::info.sends_events) {
        once(team, [&] {
            for (int i = 0; i < m.n; ++i) {
                Sender sender{g, context.t, mechanism, i, no_connection};
                M::initial(context, common<M>(m), Instance{m.variables, i & ~(lanes - 1), i & (lanes - 1)},
                           voltage<M>(g, m, i), sender);
            }
        });
    } else {
        for_each_instance<M>(team, g, m, Initial<M>{context, common<M>(m)});
    }
}

/// NET_RECEIVE of one instance.
template <class M>
RALL_KERNEL_LOOP void receive([[maybe_unused]] Group const& g, [[maybe_unused]] Context const& context,
                              [[maybe_unused]] SelfEvent const& event) {
    if constexpr (M::info.has_receive) {
        MechanismArrays const& m = g.mechanisms[event.mechanism];
        int const i = event.instance;
        bool const at_once = event.order >= 0 && event.sent == event.time;
        Sender sender{g, event.time, event.mechanism, i, event.connection, event.spike_order, event.sent, at_once, event.weight};
        if (event.flag == 1) sender.forget_movable();
        M::receive(context, common<M>(m), Instance{m.variables, i & ~(lanes - 1), i & (lanes - 1)}, voltage<M>(g, m, i),
                   arguments(g, event.connection, event.weight), event.flag, sender);
        if constexpr (M::info.sets_ions_in_receive) {
            int k = i;
            if (m.n_ordered > 0)
                for (k = 0; m.ordered[k] != i;) ++k;
            publish(g, m, k);
        }
    }
}

/// NET_RECEIVE's INITIAL for one connection.
template <class M>
RALL_RARE_LOOP void connect([[maybe_unused]] Group const& g, [[maybe_unused]] Context const& context,
                            [[maybe_unused]] Delivery const& to) {
    if constexpr (M::info.has_connect) {
        MechanismArrays const& m = g.mechanisms[to.mechanism];
        int const i = to.instance;
        Sender sender{g, context.t, to.mechanism, i, to.by()};
        M::connect(context, common<M>(m), Instance{m.variables, i & ~(lanes - 1), i & (lanes - 1)}, voltage<M>(g, m, i),
                   arguments(g, to.by()), sender);
    }
}

/// Looks at the conditions of all WATCH statements.
template <class M>
RALL_KERNEL_LOOP void watch(Team const& team, Group const& g, MechanismArrays const& m, Context context) {
    for_each_instance<M>(team, g, m, Watch<M>{context, common<M>(m)});
}

/// The flag of condition `k`, as constants: device code cannot follow a pointer to those of the host.
template <class M, int first = 0>
RALL_FUNCTION double watch_flag([[maybe_unused]] int k) {
    if constexpr (first < M::info.n_watches) {
        constexpr double flag = M::info.watch_flags[first];
        return k == first ? flag : watch_flag<M, first + 1>(k);
    } else {
        return 0;
    }
}

/// NET_RECEIVE for the conditions that have become true, as long as there is room. True if there was one.
template <class M>
RALL_FUNCTION bool tell_crossed(Group const& g, MechanismArrays const& m, Context const& context, int mechanism) {
    using kernel::Watched;
    bool told = false;
    for (int i = 0; i < m.n; ++i) {
        Instance const instance{m.variables, i & ~(lanes - 1), i & (lanes - 1)};
        for (int k = 0; k < M::info.n_watches; ++k) {
            if (instance.get(M::info.watch_element + k) != Watched::crossed) continue;
            if (!has_room(g)) return told;
            told = true;
            instance.set(M::info.watch_element + k, Watched::above);
            receive<M>(g, context, {context.t, watch_flag<M>(k), context.t, not_queued, in_no_order, no_connection, 0, i,
                                    static_cast<std::int16_t>(mechanism), 0, 0});
        }
    }
    return told;
}

}  // namespace rall::solver
