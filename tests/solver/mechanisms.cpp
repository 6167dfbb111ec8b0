#include "tests/solver/mechanisms.hpp"

#include "base/random.hpp"
#include "solver/kernel_library.hpp"
#include "tests/solver/curved.hpp"

namespace {

using rall::IonField;
using rall::IonInfo;
using rall::MechanismInfo;
using rall::MechanismKind;
using rall::Role;
using rall::VariableInfo;
using rall::kernel::Context;
using rall::kernel::Current;
using rall::kernel::Instance;
namespace math = rall::math;

struct NothingCommon {
    struct Common {};
    RALL_FUNCTION static Common common(Context const&, rall::kernel::Variable const*) { return {}; }
};

struct leak : NothingCommon {
    static constexpr VariableInfo variables[] = {
        {"g", "S/cm2", Role::parameter, 1e-4}, {"e", "mV", Role::parameter, -70}, {"i", "mA/cm2", Role::observable}};
    static constexpr MechanismInfo info{
        .name = "leak", .variables = variables, .n_variables = 3, .n_elements = 3, .has_current = true, .passive = true};
    template <class E>
    RALL_FUNCTION static void initial(Context const&, Common const&, Instance const&, double, E&) {}
    RALL_FUNCTION static Current current(Context const&, Common const&, auto const& s, double v) {
        double const i = s.get(0) * (v - s.get(1));
        s.show(2, i);
        return {i, s.get(0)};
    }
};

struct hh {
    static constexpr IonInfo ions[] = {{"na", 0}, {"k", 0}};
    static constexpr VariableInfo variables[] = {{"gnabar", "S/cm2", Role::parameter, .12},
                                                 {"gkbar", "S/cm2", Role::parameter, .036},
                                                 {"gl", "S/cm2", Role::parameter, .0003},
                                                 {"el", "mV", Role::parameter, -54.3},
                                                 {"m", "", Role::state},
                                                 {"h", "", Role::state},
                                                 {"n", "", Role::state},
                                                 {"ena", "mV", Role::ion_read, 0, 1, 0, IonField::reversal},
                                                 {"ek", "mV", Role::ion_read, 0, 1, 1, IonField::reversal},
                                                 {"ina", "mA/cm2", Role::ion_write, 0, 1, 0, IonField::current},
                                                 {"ik", "mA/cm2", Role::ion_write, 0, 1, 1, IonField::current},
                                                 {"slope", "1/ms", Role::derivative, 0, 3},
                                                 {"rate", "1/ms", Role::jacobian, 0, 3}};
    static constexpr rall::OdeState ode_states[] = {{4, 11}, {5, 12}, {6, 13}};
    static constexpr MechanismInfo info{.name = "hh",
                                        .variables = variables,
                                        .n_variables = 13,
                                        .n_elements = 17,
                                        .ions = ions,
                                        .n_ions = 2,
                                        .has_current = true,
                                        .has_state = true,
                                        .n_ode_states = 3,
                                        .ode_states = ode_states};
    struct Common {
        double q10;
    };
    RALL_FUNCTION static Common common(Context const& c, rall::kernel::Variable const*) {
        return {math::pow(3.0, (c.celsius - 6.3) / 10)};
    }
    struct Rates {
        double minf, mtau, hinf, htau, ninf, ntau;
    };
    RALL_FUNCTION static Rates rates(double v, double q10) {
        double a = math::exprelr(-(v + 40) / 10), b = 4 * math::exp(-(v + 65) / 18);
        Rates r;
        r.mtau = 1 / (q10 * (a + b));
        r.minf = a / (a + b);
        a = .07 * math::exp(-(v + 65) / 20);
        b = 1 / (math::exp(-(v + 35) / 10) + 1);
        r.htau = 1 / (q10 * (a + b));
        r.hinf = a / (a + b);
        a = .1 * math::exprelr(-(v + 55) / 10);
        b = .125 * math::exp(-(v + 65) / 80);
        r.ntau = 1 / (q10 * (a + b));
        r.ninf = a / (a + b);
        return r;
    }
    template <class E>
    RALL_FUNCTION static void initial(Context const&, Common const& common, Instance const& s, double v, E&) {
        auto const r = rates(v, common.q10);
        s.set(4, r.minf);
        s.set(5, r.hinf);
        s.set(6, r.ninf);
    }
    RALL_FUNCTION static Current current(Context const&, Common const&, Instance const& s, double v) {
        double const m = s.get(4), h = s.get(5), n = s.get(6);
        double const gna = s.get(0) * m * m * m * h, gk = s.get(1) * n * n * n * n, gl = s.get(2);
        double const ina = gna * (v - s.get(7)), ik = gk * (v - s.get(8));
        s.set(9, ina);
        s.set(10, ik);
        return {ina + ik + gl * (v - s.get(3)), gna + gk + gl};
    }
    RALL_FUNCTION static void state(Context const& c, Common const& common, Instance const& s, double v) {
        auto const r = rates(v, common.q10);
        auto const relax = [&](int k, double inf, double tau) {
            double const x = s.get(k);
            s.set(k, x + (1 - math::exp(-c.dt / tau)) * (inf - x));
        };
        relax(4, r.minf, r.mtau);
        relax(5, r.hinf, r.htau);
        relax(6, r.ninf, r.ntau);
    }
    RALL_FUNCTION static void derivative(Context const&, Common const& common, Instance const& s, double v) {
        auto const r = rates(v, common.q10);
        auto const gate = [&](int k, double inf, double tau) {
            s.set(11 + k, (inf - s.get(4 + k)) / tau);
            s.set(14 + k, -1 / tau);
        };
        gate(0, r.minf, r.mtau);
        gate(1, r.hinf, r.htau);
        gate(2, r.ninf, r.ntau);
    }
    RALL_FUNCTION static void relax(Instance const& s, double gamma) {
        for (int k = 0; k < 3; ++k) s.set(11 + k, s.get(11 + k) / (1 - gamma * s.get(14 + k)));
    }
};

struct synapse : NothingCommon {
    static constexpr VariableInfo variables[] = {
        {"tau", "ms", Role::parameter, 2}, {"e", "mV", Role::parameter, 0},      {"g", "uS", Role::state},
        {"heard", "", Role::carried},      {"slope", "uS/ms", Role::derivative}, {"rate", "1/ms", Role::jacobian}};
    static constexpr rall::OdeState ode_states[] = {{2, 4}};
    static constexpr MechanismInfo info{.name = "synapse",
                                        .kind = MechanismKind::point,
                                        .variables = variables,
                                        .n_variables = 6,
                                        .n_elements = 6,
                                        .has_current = true,
                                        .has_state = true,
                                        .has_receive = true,
                                        .has_connect = true,
                                        .n_net_args = 2,
                                        .n_ode_states = 1,
                                        .ode_states = ode_states};
    RALL_FUNCTION static void derivative(Context const&, Common const&, Instance const& s, double) {
        s.set(4, -s.get(2) / s.get(0));
        s.set(5, -1 / s.get(0));
    }
    RALL_FUNCTION static void relax(Instance const& s, double gamma) { s.set(4, s.get(4) / (1 - gamma * s.get(5))); }
    template <class E>
    RALL_FUNCTION static void initial(Context const&, Common const&, Instance const& s, double, E&) {
        s.set(2, 0);
        s.set(3, 0);
    }
    RALL_FUNCTION static Current current(Context const&, Common const&, Instance const& s, double v) {
        return {s.get(2) * (v - s.get(1)), s.get(2)};
    }
    RALL_FUNCTION static void state(Context const& c, Common const&, Instance const& s, double) {
        s.set(2, s.get(2) * math::exp(-c.dt / s.get(0)));
    }
    /// The second argument counts the events of the connection from 100; `heard` depends on the order of events.
    template <class E>
    RALL_FUNCTION static void connect(Context const&, Common const&, Instance const&, double, double* args, E&) {
        args[1] = 100;
    }
    template <class E>
    RALL_FUNCTION static void receive(Context const& c, Common const&, Instance const& s, double, double* args, double,
                                      E&) {
        args[1] += 1;
        s.set(2, s.get(2) + args[0]);
        s.set(3, 0.5 * s.get(3) + args[0] * args[1] + c.t);
    }
};

/// As `synapse`, without anything that a connection must keep.
struct forgetful : synapse {
    static constexpr MechanismInfo info = [] {
        auto own = synapse::info;
        own.name = "forgetful";
        own.has_connect = false;
        return own;
    }();
    template <class E>
    RALL_FUNCTION static void receive(Context const& c, Common const&, Instance const& s, double, double* args, double, E&) {
        s.set(2, s.get(2) + args[0]);
        s.set(3, 0.5 * s.get(3) + args[0] + args[1] + c.t);
    }
};

/// A conductance that adds up; an event of weight w brings w * factor uS.
struct fading : NothingCommon {
    static constexpr VariableInfo variables[] = {{"tau", "ms", Role::parameter, 2},  {"e", "mV", Role::parameter, 0},      {"g", "uS", Role::state},
                                                 {"factor", "", Role::carried},      {"slope", "uS/ms", Role::derivative}, {"rate", "1/ms", Role::jacobian},
                                                 {"i", "nA", Role::observable}};
    static constexpr rall::OdeState ode_states[] = {{2, 4}};
    static constexpr MechanismInfo info{.name = "fading",
                                        .kind = MechanismKind::point,
                                        .variables = variables,
                                        .n_variables = 7,
                                        .n_elements = 7,
                                        .has_current = true,
                                        .has_state = true,
                                        .has_receive = true,
                                        .n_net_args = 1,
                                        .additive = true,
                                        .n_ode_states = 1,
                                        .ode_states = ode_states};
    RALL_FUNCTION static void derivative(Context const&, Common const&, Instance const& s, double) {
        s.set(4, -s.get(2) / s.get(0));
        s.set(5, -1 / s.get(0));
    }
    RALL_FUNCTION static void relax(Instance const& s, double gamma) { s.set(4, s.get(4) / (1 - gamma * s.get(5))); }
    template <class E>
    RALL_FUNCTION static void initial(Context const&, Common const&, Instance const& s, double, E&) {
        s.set(2, 0);
        s.set(3, 1 + 1 / s.get(0));
    }
    RALL_FUNCTION static Current current(Context const&, Common const&, Instance const& s, double v) {
        double const i = s.get(2) * (v - s.get(1));
        s.set(6, i);
        return {i, s.get(2)};
    }
    RALL_FUNCTION static void state(Context const& c, Common const&, Instance const& s, double) {
        s.set(2, s.get(2) * math::exp(-c.dt / s.get(0)));
    }
    template <class E>
    RALL_FUNCTION static void receive(Context const&, Common const&, Instance const& s, double, double* args, double, E&) {
        s.set(2, s.get(2) + args[0] * s.get(3));
    }
};

/// As `fading`, with connections that tire: the second argument is what of them is left.
struct tiring : fading {
    static constexpr MechanismInfo info = [] {
        auto own = fading::info;
        own.name = "tiring";
        own.has_connect = true;
        own.changes_arguments = true;
        own.n_net_args = 2;
        return own;
    }();
    template <class E>
    RALL_FUNCTION static void connect(Context const&, Common const&, Instance const&, double, double* args, E&) {
        args[1] = 1;
    }
    template <class E>
    RALL_FUNCTION static void receive(Context const&, Common const&, Instance const& s, double, double* args, double, E&) {
        s.set(2, s.get(2) + args[0] * args[1] * s.get(3));
        args[1] *= 0.9;
    }
};

struct clamp : NothingCommon {
    static constexpr VariableInfo variables[] = {{"del", "ms", Role::parameter, 0},
                                                 {"dur", "ms", Role::parameter, 0},
                                                 {"amp", "nA", Role::parameter, 0},
                                                 {"i", "nA", Role::observable}};
    static constexpr MechanismInfo info{.name = "clamp",
                                        .kind = MechanismKind::point,
                                        .variables = variables,
                                        .n_variables = 4,
                                        .n_elements = 4,
                                        .has_current = true,
                                        .electrode_current = true,
                                        .has_discontinuities = true};
    RALL_FUNCTION static double next_discontinuity(Context const& c, Common const&, Instance const& s) {
        double const begin = s.get(0), end = s.get(0) + s.get(1);
        return c.t < begin ? begin : c.t < end ? end : 1e300;
    }
    template <class E>
    RALL_FUNCTION static void initial(Context const&, Common const&, Instance const& s, double, E&) {
        s.set(3, 0);
    }
    RALL_FUNCTION static Current current(Context const& c, Common const&, Instance const& s, double) {
        double const i = c.t >= s.get(0) && c.t < s.get(0) + s.get(1) ? s.get(2) : 0.0;
        s.set(3, i);
        return {i, 0};
    }
};

/// A voltage clamp through a resistance.
struct electrode : NothingCommon {
    static constexpr VariableInfo variables[] = {{"rs", "megohm", Role::parameter, 1},
                                                 {"vc", "mV", Role::parameter, -20}};
    static constexpr MechanismInfo info{.name = "electrode",
                                        .kind = MechanismKind::point,
                                        .variables = variables,
                                        .n_variables = 2,
                                        .n_elements = 2,
                                        .has_current = true,
                                        .electrode_current = true};
    template <class E>
    RALL_FUNCTION static void initial(Context const&, Common const&, Instance const&, double, E&) {}
    RALL_FUNCTION static Current current(Context const&, Common const&, Instance const& s, double v) {
        return {(s.get(1) - v) / s.get(0), -1 / s.get(0)};
    }
};

/// A calcium leak: reads eca, writes ica.
struct calcium : NothingCommon {
    static constexpr IonInfo ions[] = {{"ca", 2}};
    static constexpr VariableInfo variables[] = {{"g", "S/cm2", Role::parameter, 1e-5},
                                                 {"eca", "mV", Role::ion_read, 0, 1, 0, IonField::reversal},
                                                 {"ica", "mA/cm2", Role::ion_write, 0, 1, 0, IonField::current}};
    static constexpr MechanismInfo info{.name = "calcium",
                                        .variables = variables,
                                        .n_variables = 3,
                                        .n_elements = 3,
                                        .ions = ions,
                                        .n_ions = 1,
                                        .has_current = true};
    template <class E>
    RALL_FUNCTION static void initial(Context const&, Common const&, Instance const&, double, E&) {}
    RALL_FUNCTION static Current current(Context const&, Common const&, Instance const& s, double v) {
        s.set(2, s.get(0) * (v - s.get(1)));
        return {s.get(0) * (v - s.get(1)), s.get(0)};
    }
};

/// Calcium in a shell: reads ica, writes cai.
struct accumulate : NothingCommon {
    static constexpr IonInfo ions[] = {{"ca", 2}};
    static constexpr VariableInfo variables[] = {{"gain", "", Role::parameter, 1},
                                                 {"tau", "ms", Role::parameter, 80},
                                                 {"ica", "mA/cm2", Role::ion_read, 0, 1, 0, IonField::current},
                                                 {"cai", "mM", Role::ion_write, 0, 1, 0, IonField::inner},
                                                 {"slope", "mM/ms", Role::derivative},
                                                 {"rate", "1/ms", Role::jacobian}};
    static constexpr rall::OdeState ode_states[] = {{3, 4, 1e-4}};
    static constexpr MechanismInfo info{.name = "accumulate",
                                        .variables = variables,
                                        .n_variables = 6,
                                        .n_elements = 6,
                                        .ions = ions,
                                        .n_ions = 1,
                                        .has_state = true,
                                        .writes_concentration = true,
                                        .sets_ions = true,
                                        .n_ode_states = 1,
                                        .ode_states = ode_states};
    RALL_FUNCTION static void derivative(Context const&, Common const&, Instance const& s, double) {
        double const rest = 1e-4 - s.get(0) * s.get(2) * s.get(1);
        s.set(4, (rest - s.get(3)) / s.get(1));
        s.set(5, -1 / s.get(1));
    }
    RALL_FUNCTION static void relax(Instance const& s, double gamma) { s.set(4, s.get(4) / (1 - gamma * s.get(5))); }
    template <class E>
    RALL_FUNCTION static void initial(Context const&, Common const&, Instance const& s, double, E&) {
        s.set(3, 1e-4);
    }
    RALL_FUNCTION static void state(Context const& c, Common const&, Instance const& s, double) {
        double const rest = 1e-4 - s.get(0) * s.get(2) * s.get(1);
        s.set(3, s.get(3) + (1 - math::exp(-c.dt / s.get(1))) * (rest - s.get(3)));
    }
};

/// An artificial cell that sends itself events.
template <int n>
constexpr MechanismInfo sends_to_itself(char const* name, VariableInfo const (&variables)[n]) {
    return {.name = name,
            .kind = MechanismKind::artificial,
            .variables = variables,
            .n_variables = n,
            .n_elements = n,
            .has_receive = true,
            .n_net_args = 1,
            .sends_events = true};
}

/// Spikes every `interval` by self-events.
struct ticker : NothingCommon {
    static constexpr VariableInfo variables[] = {{"interval", "ms", Role::parameter, 10},
                                                 {"start", "ms", Role::parameter, 5}};
    static constexpr MechanismInfo info = sends_to_itself("ticker", variables);
    template <class E>
    RALL_FUNCTION static void initial(Context const&, Common const&, Instance const& s, double, E& events) {
        events.net_send(s.get(1), 1);
    }
    template <class E>
    RALL_FUNCTION static void receive(Context const& c, Common const&, Instance const& s, double, double*, double flag,
                                      E& events) {
        if (flag != 1) return;
        events.net_event(c.t);
        events.net_send(s.get(0), 1);
    }
};

/// Each event brings ten more, three times over; each is a spike.
struct swarm : NothingCommon {
    static constexpr VariableInfo variables[] = {{"start", "ms", Role::parameter, 1}};
    static constexpr MechanismInfo info = sends_to_itself("swarm", variables);
    template <class E>
    RALL_FUNCTION static void initial(Context const&, Common const&, Instance const& s, double, E& events) {
        events.net_send(s.get(0), 3);
    }
    template <class E>
    RALL_FUNCTION static void receive(Context const& c, Common const&, Instance const&, double, double*, double flag,
                                      E& events) {
        events.net_event(c.t);
        for (int k = 0; flag > 0 && k < 10; ++k) events.net_send(0.5 + 0.01 * k, flag - 1);
    }
};

/// Sends `n` events in INITIAL, and as many events and spikes at 1 ms; counts what arrives. With `again` each of these brings one that is due at once.
struct burst : NothingCommon {
    static constexpr VariableInfo variables[] = {{"n", "", Role::parameter, 1},
                                                 {"delay", "ms", Role::parameter, 0.5},
                                                 {"again", "", Role::parameter, 0},
                                                 {"heard", "", Role::carried}};
    static constexpr MechanismInfo info = sends_to_itself("burst", variables);
    template <class E>
    RALL_FUNCTION static void initial(Context const&, Common const&, Instance const& s, double, E& events) {
        s.set(3, 0);
        for (int k = 0; k < s.get(0); ++k) events.net_send(1.5, 2);
        events.net_send(1, 1);
    }
    template <class E>
    RALL_FUNCTION static void receive(Context const& c, Common const&, Instance const& s, double, double*, double flag,
                                      E& events) {
        if (flag == 2) s.set(3, s.get(3) + 1);
        if (flag == 2 && s.get(2) > 0) events.net_send(0, 2);
        for (int k = 0; flag == 1 && k < s.get(0); ++k) {
            events.net_send(s.get(1), 2);
            events.net_event(c.t);
        }
    }
};

/// White noise current: a fresh normal number each step.
struct noise : NothingCommon {
    static constexpr VariableInfo variables[] = {
        {"sd", "nA", Role::parameter, 0.1}, {"i", "nA", Role::carried}, {"stream", "", Role::random, 0, 3}};
    static constexpr MechanismInfo info{.name = "noise",
                                        .kind = MechanismKind::point,
                                        .variables = variables,
                                        .n_variables = 3,
                                        .n_elements = 5,
                                        .has_current = true,
                                        .electrode_current = true,
                                        .has_state = true};
    template <class E>
    RALL_FUNCTION static void initial(Context const&, Common const&, Instance const& s, double, E&) {
        s.set(1, 0);
    }
    RALL_FUNCTION static Current current(Context const&, Common const&, Instance const& s, double) {
        return {s.get(1), 0};
    }
    RALL_FUNCTION static void state(Context const& c, Common const&, Instance const& s, double) {
        rall::random::Stream stream{c.seed, 7, static_cast<std::uint64_t>(s.get(2)),
                                    static_cast<std::uint32_t>(s.get(3)), static_cast<std::uint64_t>(s.get(4))};
        s.set(1, s.get(0) * stream.normal());
        s.set(4, static_cast<double>(stream.draws));
    }
};

/// Half of a gap junction whose conductance follows, through a second POINTER, that of others of its kind.
struct gap : NothingCommon {
    static constexpr VariableInfo variables[] = {{"g", "uS", Role::parameter, 1e-3},
                                                 {"v_other", "mV", Role::pointer},
                                                 {"s_other", "", Role::pointer},
                                                 {"s", "", Role::state, 0, 1, -1, IonField::none, rall::phase::any,
                                                  rall::phase::at_start | rall::phase::after_solve}};
    static constexpr MechanismInfo info{.name = "gap",
                                        .kind = MechanismKind::point,
                                        .variables = variables,
                                        .n_variables = 4,
                                        .n_elements = 4,
                                        .has_current = true,
                                        .has_state = true,
                                        .has_pointers = true};
    template <class E>
    RALL_FUNCTION static void initial(Context const&, Common const&, Instance const& s, double, E&) {
        s.set(3, 1 + 0.1 * s.target(2));
    }
    RALL_FUNCTION static Current current(Context const&, Common const&, Instance const& s, double v) {
        double const g = s.get(0) * s.get(3);
        return {g * (v - s.target(1)), g};
    }
    RALL_FUNCTION static void state(Context const& c, Common const&, Instance const& s, double v) {
        s.set(3, s.get(3) + c.dt * (1 + 0.01 * v - s.get(3) + 0.5 * s.target(2)));
    }
};

/// Half of a gap junction that opens with events that it sends itself and others: each brings ten more, three times over. It follows
/// a potential and a state where its POINTERs lead, in its current only.
struct storm : NothingCommon {
    static constexpr VariableInfo variables[] = {
        {"v_other", "mV", Role::pointer, 0, 1, -1, IonField::none, rall::phase::before_solve, 0},
        {"s_other", "", Role::pointer, 0, 1, -1, IonField::none, rall::phase::before_solve, 0},
        {"g", "uS", Role::carried}};
    static constexpr MechanismInfo info{.name = "storm",
                                        .kind = MechanismKind::point,
                                        .variables = variables,
                                        .n_variables = 3,
                                        .n_elements = 3,
                                        .has_current = true,
                                        .has_receive = true,
                                        .sends_events = true,
                                        .has_pointers = true};
    template <class E>
    RALL_FUNCTION static void initial(Context const&, Common const&, Instance const& s, double, E& events) {
        s.set(2, 1e-4);
        events.net_send(1, 1);
    }
    RALL_FUNCTION static Current current(Context const&, Common const&, Instance const& s, double v) {
        double const g = s.get(2) * (1 + s.target(1));
        return {g * (v - s.target(0)), g};
    }
    template <class E>
    RALL_FUNCTION static void receive(Context const& c, Common const&, Instance const& s, double v, double*, double flag,
                                      E& events) {
        s.set(2, s.get(2) + 1e-8 * (v - s.target(0)));
        for (int k = 0; flag < 4 && flag > 0 && k < 10; ++k) events.net_send(0.5 + 0.01 * k, flag + 1);
        events.net_event(c.t);
    }
};

template <class... M>
struct Mechanisms {
    static rall::KernelLibrary const* library() { return rall::solver::kernel_library<M...>("test"); }
    static void by_turns(rall::solver::Lockstep const& lockstep, rall::solver::Advance const& advance) {
        rall::solver::advance_by_turns<M...>(lockstep, advance);
    }
};
using All = Mechanisms<accumulate, burst, calcium, clamp, testing::curved, electrode, fading, forgetful, gap, hh, leak, noise, storm, swarm, synapse, ticker, tiring>;

}  // namespace

rall::KernelLibrary const* test_library() { return All::library(); }

void advance_by_turns(rall::solver::Lockstep const& lockstep, rall::solver::Advance const& advance) {
    All::by_turns(lockstep, advance);
}
