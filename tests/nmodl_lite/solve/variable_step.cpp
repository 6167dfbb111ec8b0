// The kernels of the variable step, run.
#include <cmath>
#include <random>

#include "IClamp.hpp"
#include "SEClamp.hpp"
#include "cad.hpp"
#include "calcium_pump.hpp"
#include "cascade.hpp"
#include "coupled.hpp"
#include "edges.hpp"
#include "hh.hpp"
#include "ladder.hpp"
#include "tests/nmodl_lite/helpers.hpp"
#include "tests/nmodl_lite/one.hpp"
#include "train.hpp"

using namespace rall;
using namespace rall::nmodl::test;

namespace {

constexpr double never = 1e300;

template <class M>
std::vector<double> derivatives(One<M>& one) {
    if constexpr (M::info.has_settle) M::settle(one.context, one.common(), one.instance(), one.v);
    M::derivative(one.context, one.common(), one.instance(), one.v);
    std::vector<double> result;
    for (auto const& ode : M::ode_states) result.push_back(one[ode.derivative]);
    return result;
}

/// By how much derivative() differs from what a very short fixed step does, relative to the largest derivative.
template <class M>
double difference_from_a_step(One<M>& one, double dt = 1e-7) {
    auto const slopes = derivatives(one);
    std::vector<double> before;
    for (auto const& ode : M::ode_states) before.push_back(one[ode.state]);
    one.context.dt = dt;
    one.state();
    double worst = 0, largest = 0;
    for (std::size_t i = 0; i < slopes.size(); ++i) {
        auto const step = (one[M::ode_states[i].state] - before[i]) / dt;
        worst = std::max(worst, std::fabs(step - slopes[i]));
        largest = std::max(largest, std::fabs(slopes[i]));
    }
    return worst / largest;
}

/// How well relax() solves (1 - gamma J) x = b, with J x found by differences of derivative(): relative to x.
template <class M>
double error_of_relax(One<M>& one, double gamma) {
    std::mt19937 random(7);
    std::uniform_real_distribution<double> between(0.5, 1.5);
    auto const n = static_cast<std::size_t>(M::info.n_ode_states);
    std::vector<double> x(n), state(n);
    auto at = [&](double factor) {
        for (std::size_t i = 0; i < n; ++i) one[M::ode_states[i].state] = state[i] + factor * x[i];
        return derivatives(one);
    };
    for (std::size_t i = 0; i < n; ++i) {
        x[i] = between(random);
        state[i] = one[M::ode_states[i].state];
    }
    double const h = 1e-5;
    auto const above = at(h), below = at(-h);
    at(0);
    for (std::size_t i = 0; i < n; ++i)
        one[M::ode_states[i].derivative] = x[i] - gamma * (above[i] - below[i]) / (2 * h);
    M::relax(one.instance(), gamma);
    double worst = 0;
    for (std::size_t i = 0; i < n; ++i) {
        one[M::ode_states[i].state] = state[i];
        worst = std::max(worst, std::fabs(one[M::ode_states[i].derivative] - x[i]) / std::fabs(x[i]));
    }
    return worst;
}

template <class M>
double next(One<M>& one, double t) {
    one.context.t = t;
    return M::next_discontinuity(one.context, one.common(), one.instance());
}

std::string why_fixed(std::string const& text) {
    auto const result = compiled(text);
    CHECK_MESSAGE(!result.found.has_errors(), to_string(result.found));
    return result.mechanism.fixed_step_only;
}

}  // namespace

TEST_CASE("the Jacobian is finite where derivatives are not") {
    using M = rall::mechanism::edges_n;
    One<M> one;
    one.initial();
    CHECK(derivatives(one) == std::vector<double>{0.1, 0.02, 0.01});
    M::relax(one.instance(), 0.01);
    for (auto const& ode : M::ode_states) CHECK(std::isfinite(one[ode.derivative]));
}

TEST_CASE("the variable step sees the equations of hh as the file writes them") {
    One<mechanism::hh_n> hh;
    using element = mechanism::hh_n::element;
    hh.initial();
    hh.v = -30;
    auto const slopes = derivatives(hh);
    double const am = 0.1 * -10 / (std::exp(-1.0) - 1), bm = 4 * std::exp(-35.0 / 18), m = hh[element::m_n];
    REQUIRE(mechanism::hh_n::info.n_ode_states == 3);
    CHECK(mechanism::hh_n::ode_states[0].state == element::m_n);
    CHECK(slopes[0] == doctest::Approx(am * (1 - m) - bm * m).epsilon(1e-12));
    hh[mechanism::hh_n::ode_states[0].derivative] = 1;
    mechanism::hh_n::relax(hh.instance(), 0.3);
    CHECK(hh[mechanism::hh_n::ode_states[0].derivative] == doctest::Approx(1 / (1 + 0.3 * (am + bm))).epsilon(1e-12));
    CHECK(mechanism::hh_n::info.fixed_step_only == nullptr);
    CHECK_FALSE(mechanism::hh_n::info.has_settle);
    CHECK_FALSE(mechanism::hh_n::info.has_discontinuities);
}

TEST_CASE("derivatives are what a very short fixed step makes of the states, whatever the method") {
    One<mechanism::hh_n> hh;
    hh.initial();
    hh.v = -40.3;
    CHECK(difference_from_a_step(hh) < 1e-5);
    One<mechanism::cascade_n> chain;
    chain.initial();
    CHECK(difference_from_a_step(chain) < 1e-5);
    One<mechanism::ladder_n> ladder;
    ladder.initial();
    ladder.v = 10;
    CHECK(difference_from_a_step(ladder) < 1e-5);
    One<mechanism::coupled_n> coupled;
    coupled[mechanism::coupled_n::element::cai_n] = 0.4;
    coupled.initial();
    for (double v : {-65.0, 20.0}) {
        coupled.v = v;
        CHECK(difference_from_a_step(coupled) < 1e-5);
    }
    One<mechanism::calcium_pump_n> pump;
    using element = mechanism::calcium_pump_n::element;
    pump[element::diam_n] = 1;
    pump[element::cai_n] = 5e-5;
    pump[element::cao_n] = 2;
    pump.initial();
    CHECK(difference_from_a_step(pump, 1e-11) < 1e-3);  // rates of 1e7/ms
}

TEST_CASE("relax() solves with the Jacobian of the equations") {
    One<mechanism::hh_n> hh;
    hh.initial();
    One<mechanism::cascade_n> chain;
    chain.initial();
    One<mechanism::ladder_n> ladder;
    ladder.initial();
    ladder.v = 10;
    One<mechanism::coupled_n> coupled;
    coupled[mechanism::coupled_n::element::cai_n] = 0.4;
    coupled.initial();
    for (double gamma : {0.0, 1e-3, 0.1}) {
        CHECK(error_of_relax(hh, gamma) < 1e-8);
        CHECK(error_of_relax(chain, gamma) < 1e-8);
        CHECK(error_of_relax(ladder, gamma) < 1e-8);
        CHECK(error_of_relax(coupled, gamma) < 1e-8);
    }
    CHECK(error_of_relax(ladder, 100) < 1e-6);
}

TEST_CASE("every equation of the variable step has its state, its derivative and its tolerance") {
    using M = mechanism::coupled_n;
    REQUIRE(M::info.n_ode_states == 5);
    std::vector<std::pair<int, double>> found;
    for (auto const& ode : M::ode_states) found.emplace_back(ode.state, ode.tolerance);
    using element = M::element;
    CHECK(found == std::vector<std::pair<int, double>>{
                       {element::x_n, 1e-4}, {element::y_n, 1}, {element::z_n, 2}, {element::z_n + 1, 2}, {element::z_n + 2, 2}});
    for (auto const& ode : M::ode_states) CHECK(ode.derivative >= element::x_derivative_n);
}

TEST_CASE("what follows from the states without delay is settled before currents are taken") {
    One<mechanism::cad_n> cad;
    cad.initial();
    cad[mechanism::cad_n::element::ca_n] = 0.123;
    derivatives(cad);
    CHECK(cad[mechanism::cad_n::element::cai_n] == 0.123);

    using M = mechanism::coupled_n;
    One<M> coupled;
    coupled.initial();
    coupled.v = 50;
    coupled[M::element::x_n] = 3;
    derivatives(coupled);
    CHECK(coupled[M::element::twice_n] == 6);
    CHECK(coupled[M::element::cao_n] == 5);
    CHECK(coupled[M::element::p_n] == doctest::Approx(2.5 / 3));  // p - 2q = 0.5, p + q = 1
    CHECK(coupled[M::element::q_n] == doctest::Approx(0.5 / 3));
    CHECK(mechanism::SEClamp_n::info.has_settle);  // after_cvode
}

TEST_CASE("the times at which a stimulus jumps are known beforehand") {
    One<mechanism::IClamp_n> pulse;
    pulse[mechanism::IClamp_n::element::del_n] = 3;
    pulse[mechanism::IClamp_n::element::dur_n] = 4.5;
    CHECK(next(pulse, 0) == 3);
    CHECK(next(pulse, 3) == 7.5);
    CHECK(next(pulse, 7.5) == never);

    One<mechanism::SEClamp_n> clamp;
    clamp[mechanism::SEClamp_n::element::dur1_n] = 1;
    clamp[mechanism::SEClamp_n::element::dur2_n] = 2;
    clamp[mechanism::SEClamp_n::element::dur3_n] = 4;
    std::vector<double> jumps;
    for (double t = 0; (t = next(clamp, t)) < never;) jumps.push_back(t);
    CHECK(jumps == std::vector<double>{1, 3, 7});
}

TEST_CASE("trains by fmod, steps by floor and at_time jump; comparisons with v do not") {
    One<mechanism::train_n> train;
    train.initial();
    std::vector<double> jumps;
    for (double t = 0; jumps.size() < 7 && (t = next(train, t)) < never;) jumps.push_back(t);
    std::vector<double> const expected{10, 12, 35, 37, 60, 62, 85};  // del + 25 k, and dur later
    REQUIRE(jumps.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) CHECK(jumps[i] == doctest::Approx(expected[i]).epsilon(1e-12));
    CHECK(next(train, 99) == doctest::Approx(100));
    CHECK(next(train, 499.9) == doctest::Approx(500));
}

TEST_CASE("a mechanism that only a fixed step can advance says why") {
    auto const with = [](std::string const& breakpoint, std::string const& rest = {}) {
        return nmodl::test::mod_file("BREAKPOINT { " + breakpoint + " }\nDERIVATIVE eq { x' = -a*x }\n" + rest,
                                      "NONSPECIFIC_CURRENT i\n");
    };
    CHECK(why_fixed(with("SOLVE eq METHOD cnexp i = x")).empty());
    CHECK(why_fixed(with("SOLVE p i = x", "PROCEDURE p() { x = x + dt }")) ==
          "SOLVE p is a PROCEDURE that takes steps of dt");
    CHECK(why_fixed(with("SOLVE p METHOD after_cvode i = x", "PROCEDURE p() { c = v }")).empty());
    CHECK(has(why_fixed(with("SOLVE eq METHOD cnexp c = dt i = c")), "its i depends on dt"));
    CHECK(why_fixed(with("SOLVE eq METHOD cnexp c = exp(-dt/a) i = x")).empty());  // nobody reads c
    CHECK(has(why_fixed(with("SOLVE eq METHOD cnexp if (at_time(a)) { i = x } else { i = 0 }")), "depends on dt"));
    CHECK(has(why_fixed(with("SOLVE eq METHOD cnexp i = scop_random()")), "random numbers"));
    CHECK(has(why_fixed(with("SOLVE eq METHOD cnexp LAG v BY a i = x + lag_v_a")), "depends on dt"));
    CHECK(has(why_fixed(with("SOLVE eq METHOD cnexp if (at_time(a)) { state_discontinuity(y, 1) } i = y")),
              "state_discontinuity"));
}
