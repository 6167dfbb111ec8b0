// What hand-written loops of Hodgkin and Huxley's membrane cost, and what the kernel does that was translated from hh.mod: the
// same arrays, the same math functions, the same compiler flags. Prints nanoseconds per compartment and step as JSON.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string_view>
#include <vector>

#include "mechanisms/builtin/hh.hpp"
#include "solver/step/instances.hpp"

using namespace rall;

namespace {

constexpr int n = 1000;  // compartments; all arrays together stay in the second-level cache
constexpr int steps = 400;

using Elements = mechanism::hh_n::element;

/// As written with care by someone who knows the model and the machine: the rates in closed form, 1 - exp(-dt/tau) with rates
/// instead of time constants, one division per gate, the temperature factor outside, only what is needed loaded and stored.
struct HandWritten {
    struct Common {
        double q10_dt;
    };

    static Common common(kernel::Context const& context, kernel::Variable const*) {
        return {context.dt * math::pow(3, (context.celsius - 6.3) / 10)};
    }

    RALL_FUNCTION static kernel::Current current(kernel::Context const&, Common const&, kernel::Instance const& x,
                                                 double v) {
        double const m = x.get(Elements::m_n), h = x.get(Elements::h_n), n = x.get(Elements::n_n);
        double const gna = x.get(Elements::gnabar_n) * m * m * m * h;
        double const gk = x.get(Elements::gkbar_n) * (n * n) * (n * n);
        double const gl = x.get(Elements::gl_n);
        double const i =
            gna * (v - x.get(Elements::ena_n)) + gk * (v - x.get(Elements::ek_n)) + gl * (v - x.get(Elements::el_n));
        return {i, gna + gk + gl};
    }

    RALL_FUNCTION static double gate(double y, double opening, double closing, double q10_dt) {
        double const rate = opening + closing;
        return y + (1 - math::exp(-q10_dt * rate)) * (opening / rate - y);
    }

    RALL_FUNCTION static void state(kernel::Context const&, Common const& common, kernel::Instance const& x, double v) {
        double const k = common.q10_dt;
        x.set(Elements::m_n,
              gate(x.get(Elements::m_n), math::exprelr(-0.1 * (v + 40)), 4 * math::exp(-(v + 65) * (1 / 18.0)), k));
        x.set(Elements::h_n,
              gate(x.get(Elements::h_n), 0.07 * math::exp(-0.05 * (v + 65)), 1 / (math::exp(-0.1 * (v + 35)) + 1), k));
        x.set(Elements::n_n,
              gate(x.get(Elements::n_n), 0.1 * math::exprelr(-0.1 * (v + 55)), 0.125 * math::exp(-0.0125 * (v + 65)), k));
    }
};

/// A membrane of n compartments with arrays as a group has them: states and gnabar per instance, the rest shared.
struct Membrane {
    std::vector<double> memory;
    std::vector<kernel::Variable> variables;
    double *v, *rhs, *d;

    Membrane() : memory(static_cast<std::size_t>(mechanism::hh_n::info.n_elements + 3) * n + lanes) {
        auto const misaligned = reinterpret_cast<std::uintptr_t>(memory.data()) / sizeof(double) % lanes;
        double* next = memory.data() + (lanes - misaligned) % lanes;
        for (auto const& variable : mechanism::hh_n::variables) {
            std::string_view const name = variable.name;
            bool const own = variable.role == Role::state || name == "gnabar";
            double const value = name == "ena"             ? 50
                                 : name == "ek"            ? -77
                                 : own && name != "gnabar" ? 0.3
                                                           : variable.value;
            std::fill_n(next, own ? n : lanes, value);
            variables.push_back({next, own});
            next += own ? n : lanes;
        }
        v = next;
        rhs = v + n;
        d = rhs + n;
        for (int i = 0; i < n; ++i) v[i] = -80 + 0.12 * i;
    }
};

struct Times {
    double current, state;  // ns per compartment and step
    double sum;             // of what was computed, so that none of it can be left out
};

template <class M>
[[gnu::noinline]] void currents(Membrane const& membrane, kernel::Context const context,
                                typename M::Common const common) {
    kernel::Variable const* const variables = membrane.variables.data();
    double const* const v = membrane.v;
    double *const rhs = membrane.rhs, *const d = membrane.d;
    for (int block = 0; block < n; block += lanes)
#pragma omp simd
        for (int lane = 0; lane < lanes; ++lane) {
            auto const c = M::current(context, common, kernel::Quiet{variables, block, lane}, v[block + lane]);
            rhs[block + lane] += c.g * v[block + lane] - c.i;
            d[block + lane] += c.g;
        }
}

template <class M>
[[gnu::noinline]] void states(Membrane const& membrane, kernel::Context const context,
                              typename M::Common const common) {
    kernel::Variable const* const variables = membrane.variables.data();
    double const* const v = membrane.v;
    using State = solver::State<M, kernel::Quiet>;
    State const state{context, common};
    constexpr int longest = solver::longest_stretch<State>();
    for (int first = 0; first < n; first += longest)
        solver::run_stretch(state, {variables, first, std::min(longest, n - first), v + first});
}

template <class M>
Times measure() {
    Membrane const membrane;
    kernel::Context const context{0, 0.025, 6.3, 1};
    auto const common = M::common(context, membrane.variables.data());
    Times times{0, 0, 0};
    auto const now = [] { return std::chrono::steady_clock::now(); };
    auto const ns = [](auto duration) {
        return std::chrono::duration<double, std::nano>(duration).count() / n / steps;
    };
    auto const start = now();
    for (int k = 0; k < steps; ++k) currents<M>(membrane, context, common);
    auto const middle = now();
    for (int k = 0; k < steps; ++k) states<M>(membrane, context, common);
    times.current = ns(middle - start);
    times.state = ns(now() - middle);
    for (int i = 0; i < n; ++i) times.sum += membrane.rhs[i] + membrane.d[i] + membrane.variables[Elements::m_n].data[i];
    return times;
}

}  // namespace

int main() {
    // Alternating, and the fastest of each: what is left is the code.
    Times ours{1e9, 1e9, 0}, theirs{1e9, 1e9, 0};
    auto const keep = [](Times& best, Times const& now) {
        best = {std::min(best.current, now.current), std::min(best.state, now.state), now.sum};
    };
    for (int round = 0; round < 200; ++round) {
        keep(theirs, measure<HandWritten>());
        keep(ours, measure<mechanism::hh_n>());
    }
    if (!(std::abs(ours.sum - theirs.sum) <= 1e-9 * std::abs(theirs.sum))) {
        std::fprintf(stderr, "the two do not compute the same: %.17g and %.17g\n", ours.sum, theirs.sum);
        return 1;
    }
    std::printf(R"({"hand_written": {"current": %.3f, "state": %.3f}, "generated": {"current": %.3f, "state": %.3f}})"
                "\n",
                theirs.current, theirs.state, ours.current, ours.state);
}
