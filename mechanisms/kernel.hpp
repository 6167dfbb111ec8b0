// What the generated code of a mechanism sees of the simulation: its variables, the time, and the events it sends.
// A generated mechanism is a struct of static functions for ONE instance; the solver owns every loop (solver/step/advance.hpp).
#pragma once

#include <array>
#include <cstdint>

#include "base/function.hpp"
#include "base/math.hpp"
#include "base/random.hpp"
#include "mechanisms/info.hpp"
#include "mechanisms/table.hpp"

namespace rall::kernel {

/// Rates of state(): of single precision where a run asks for it. What a step carries on to the next, currents and voltages are doubles in any case.
#ifdef RALL_SINGLE_PRECISION
using real = float;
#else
using real = double;
#endif

/// One element of a variable over all instances of a group. Instance i = block + lane lives at data[block * stride + lane].
/// stride 1: one value per instance. stride 0: one value for all, repeated in the 8 lanes of a cache line, so that
/// loads stay plain vector loads; a variable that nobody reads back is written to such a line as well (the sink).
struct Variable {
    double* data;
    int stride;
};

/// The numbers of an instance's VECTOR. Their places count from 0; one that is not there reads as NaN and cannot be set.
struct Vector {
    double* data;
    int n;

    RALL_FUNCTION double size() const { return n; }
    RALL_FUNCTION double value(double i) const { return has(i) ? data[static_cast<int>(i)] : math::nan; }
    RALL_FUNCTION void store(double i, double x) const {
        if (has(i)) data[static_cast<int>(i)] = x;
    }

private:
    RALL_FUNCTION bool has(double i) const { return i > -1 && i < n; }
};

/// The index x of an array of `size` elements, cut as C does; where it leads outside, the first element's.
RALL_FUNCTION int place(double x, double size) { return (x > -1) & (x < size) ? static_cast<int>(x) : 0; }

/// What is kept of the first index that led outside of its array.
struct Misplaced {
    int access;   ///< number in MechanismInfo::indices
    float index;  ///< what it was

    /// A number that is none, so that the solver finds it as it finds lost states. Its bits say what it is about.
    RALL_FUNCTION static double boxed(double access, double index) {
        auto const bits = __builtin_bit_cast(std::uint32_t, static_cast<float>(index));
        return math::detail::from_bits(quiet | std::uint64_t(access) << 32 | bits);
    }
    RALL_FUNCTION static Misplaced of(double box) {
        auto const bits = math::detail::bits(box) & ~quiet;
        return {static_cast<int>(bits >> 32), __builtin_bit_cast(float, static_cast<std::uint32_t>(bits))};
    }

private:
    static constexpr std::uint64_t quiet = std::uint64_t(0x7ff8) << 48;
};

/// `kept` (0 while nothing is) after the index x of an array of `size` elements was used.
RALL_FUNCTION double misplaced(double kept, double x, double size, double access) {
    bool const outside = !((x > -1) & (x < size));
    return outside & (kept == 0) ? Misplaced::boxed(access, x) : kept;
}

/// One instance of a mechanism in its group. `block` is a multiple of `lanes`.
struct Instance {
    Variable const* variables;
    int block;
    int lane;

    RALL_FUNCTION double get(int element) const {
        Variable const x = variables[element];
        return x.data[block * x.stride + lane];
    }
    RALL_FUNCTION void set(int element, double value) const {
        Variable const x = variables[element];
#ifdef RALL_ON_DEVICE
        if (x.stride == 0) return;  // on a device all threads would queue for the sink's line
#endif
        x.data[block * x.stride + lane] = value;
    }
    /// What nobody but a probe looks at, or of ion currents those who read them.
    RALL_FUNCTION void show(int element, double value) const { set(element, value); }
    /// What a POINTER points to. Offsets fit 32 bits (a group stays far below 16 GiB), so that eight are one gather.
    RALL_FUNCTION double& target(int pointer) const { return variables[pointer].data[static_cast<int>(get(pointer))]; }
    RALL_FUNCTION Vector vector(int element) const {
        return {variables[element].data + static_cast<int>(get(element)), static_cast<int>(get(element + 1))};
    }
};

/// One at which nobody looks: it keeps nothing that would only be shown.
struct Quiet : Instance {
    RALL_FUNCTION void show(int, double) const {}
};

/// The elements of an array where they lie, from the element `first` on.
struct Elements {
    Instance const& instance;
    int first;

    RALL_FUNCTION double& operator[](int i) const {
        Variable const x = instance.variables[first + i];
        return x.data[instance.block * x.stride + instance.lane];
    }
};

/// An array that the pieces of a function keep: neighbours in memory lie `apart`.
template <int apart>
struct Kept {
    double* first;
    RALL_FUNCTION double& operator[](int i) const { return first[i * apart]; }
};

/// What is the same for all instances while a block runs.
struct Context {
    double t;        ///< ms; what NMODL's t reads (docs/design.md, section 3)
    double dt;       ///< ms
    double celsius;  ///< degC
    std::uint64_t seed;
};

/// Membrane current of an instance and its derivative with respect to v: mA/cm2 and S/cm2 for a density mechanism,
/// nA and uS for a point process; signs as the NMODL file writes them.
struct Current {
    double i;
    double g;
};

/// Where a condition of a WATCH statement stands, kept as a number in an element of Role::watch.
struct Watched {
    static constexpr double idle = 0;     ///< not watched
    static constexpr double below = 1;    ///< was false when last looked at
    static constexpr double above = 2;    ///< was true
    static constexpr double crossed = 3;  ///< has just become true: its event is to be delivered

    /// It is watched from now on. As in NEURON, a condition that holds, or misses by 1e-11 only, must first become false.
    RALL_FUNCTION static double from(double value) { return value >= -1e-11 ? above : below; }

    /// It is looked at again; it holds where `value` is positive.
    RALL_FUNCTION static double again(double watched, double value) {
        double const now = value > 0 ? (watched == below ? crossed : above) : below;
        return watched == idle ? idle : now;
    }

    /// The first WATCH that a call of NET_RECEIVE executes drops all conditions watched before.
    RALL_FUNCTION static void afresh(Instance const& instance, int element, int n, bool& already) {
        for (int k = 0; k < n && !already; ++k) instance.set(element + k, idle);
        already = true;
    }
};

/// How a state spreads along the cell (LONGITUDINAL_DIFFUSION).
struct Diffusion {
    double constant;  ///< diffusion constant times cross-section, um4/ms
    double volume;    ///< per length, um2
};

// A generated mechanism looks like this (functions that its info says it has not may be missing):
//
//     struct hh {
//         static constexpr MechanismInfo info = ...;
//         struct Common { double q10; };  // what depends only on celsius and GLOBAL parameters; may be empty
//         RALL_FUNCTION static Common common(Context const&, Variable const* variables);
//         template <class Events>
//         RALL_FUNCTION static void initial(Context const&, Common const&, Instance const&, double v, Events&);
//         RALL_FUNCTION static Current current(Context const&, Common const&, auto const& instance, double v);  // an Instance or Quiet, as in state()
//         RALL_FUNCTION static void state(Context const&, Common const&, auto const& instance, real v);
//         template <int stride>
//         RALL_FUNCTION static void curves(Context const&, Common const&, auto const& instance, double v, double* out);
//         template <int stride>
//         RALL_FUNCTION static void state_on_curves(Context const&, Common const&, auto const& instance, double v, double const* curve);
//         template <class Events>
//         RALL_FUNCTION static void receive(Context const&, Common const&, Instance const&, double v, double* args,
//                                           double flag, Events&);
//         template <class Events>
//         RALL_FUNCTION static void connect(Context const&, Common const&, Instance const&, double v, double* args,
//                                           Events&);
//         RALL_FUNCTION static void watch(Context const&, Common const&, Instance const&, double v);
//         RALL_FUNCTION static void before_initial(Context const&, Common const&, Instance const&, double v);
//         ... and so for the other Moments of mechanisms/info.hpp
//         RALL_FUNCTION static void diffusion(Context const&, Common const&, Instance const&, double v, Diffusion* out);
//         RALL_FUNCTION static void derivative(Context const&, Common const&, Instance const&, double v);
//         RALL_FUNCTION static void relax(Instance const&, double gamma);
//         RALL_FUNCTION static void settle(Context const&, Common const&, Instance const&, double v);
//         RALL_FUNCTION static double next_discontinuity(Context const&, Common const&, Instance const&);
//         template <int stride>
//         RALL_FUNCTION static void transitions(Context const&, Common const&, Instance const&, double v, double* out);
//         RALL_FUNCTION static void after_transitions(Context const&, Common const&, Instance const&, double v);
//     };
//
// A function too long for a compiler is cut into pieces that share an array of doubles, `kept` (and one of reals, `rates`); so is one whose results wait for one another, beside
// which the whole remains. Where pieces only follow one another, the solver can run each of them over a `stretch` of instances before the next:
//
//     struct state_pieces {
//         static constexpr int n = ..., n_kept = ..., n_rates = ..., stretch = ...;  // a multiple of `lanes`
//         template <int k> static constexpr bool together = false;  // true: one call of this piece is for all lanes of a block
//         template <int k, int apart>  // neighbours in `kept` and `rates` lie `apart`; the last piece of current() returns its Current
//         RALL_FUNCTION static auto piece(Context const&, Common const&, auto const& instance, double v, double* kept, real* rates);
//     };
//
// common() is called once, before INITIAL: nothing in it changes while a model runs.
// current() is the BREAKPOINT block without its SOLVE, state() the SOLVE (and all of BREAKPOINT where nothing writes a current).
// Of the variable step, which needs no state():
//     derivative() puts ds/dt of each state into its element of Role::derivative and what relax() needs of the Jacobian
//     d(ds/dt)/ds, v held fixed, into those of Role::jacobian.
//     relax() solves (1 - gamma J) x = b for the states of the instance: the elements of Role::derivative hold b, then x.
//     settle() comes before the currents of the same time: what follows from v and the states without a delay, such as LINEAR
//     blocks, procedures that are solved after_cvode, and cai = ca.
//     next_discontinuity() is the earliest time after Context::t, ms, at which the equations of the instance jump; 1e300 if none is
//     known. Rounding may put the jump a few ulps behind that time.
// transitions() and after_transitions() are what of state() comes before and after the steps of its Markov schemes (GatingInfo); the rates
// (1/ms) and totals go to out[k * stride].
// shows_states: does state() call show()?
// curves() and state_on_curves() together are state(), operation for operation: n_curves numbers that depend on v and on parameters only, the
// k-th of which lies at out[k * stride], and what reads them there. Usual is an instance that has the defaults of these parameters; is_usual() tells
// whether another one has them too. is_of_one<k>: curve k is 1 - e^x, so that its last digit is that of 1.
// `args` are the connection's arguments of NET_RECEIVE, kept between events; connect() is NET_RECEIVE's INITIAL, run once per
// connection after INITIAL; `flag` is 0 for an event from a connection.
// watch() looks at the conditions of all WATCH statements; receive() is called with flag watch_flags[k] for those that crossed.
// Events has these members, times in ms:
//     void net_send(double delay, double flag);   // an event of this instance to itself, `delay` after Context::t
//     void net_move(double time);                 // moves the last event it sent itself with flag 1
//     void net_event(double time);                // a spike of this instance to all that listen
//     int n_connections(); double* connection(int k);   // FOR_NETCONS: arguments of the connections to this instance

}  // namespace rall::kernel

namespace rall::mechanism {
using kernel::real;
}
