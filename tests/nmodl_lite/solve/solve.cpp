// SOLVE: where it may stand, by which methods, of which blocks.
#include <cmath>

#include "edges.hpp"
#include "rest.hpp"
#include "tests/nmodl_lite/helpers.hpp"
#include "tests/nmodl_lite/one.hpp"

using namespace rall;
using nmodl::test::compiled, nmodl::test::findings, nmodl::test::One;

TEST_CASE("STEADYSTATE derivimplicit finds where the states rest, and they stay there") {
    using M = rall::mechanism::rest_n;
    One<M> one;
    one.v = -20;
    one.initial();
    double const force = 1.3 * std::exp(one.v / 100), x = std::cbrt(force / 2);
    CHECK(one[M::element::x_n] == doctest::Approx(x).epsilon(1e-8));  // dt = 1e9 ms
    CHECK(one[M::element::z_n] == doctest::Approx(2 * x).epsilon(1e-8));
    for (int step = 0; step < 100; ++step) one.state();
    CHECK(one[M::element::x_n] == doctest::Approx(x).epsilon(1e-8));
}

TEST_CASE("Newton's method steps from where a derivative is infinite or no number, and rests where the equations do") {
    using M = rall::mechanism::edges_n;
    One<M> one;
    one.initial();
    for (int step = 0; step < 2; ++step) {
        double const root = one[M::element::root_n], hill = one[M::element::hill_n], taken = one[M::element::taken_n];
        one.state();
        double const dt = one.context.dt, filled = std::sqrt(one[M::element::hill_n]);
        CHECK(one[M::element::root_n] ==
              doctest::Approx(root + dt * (0.1 - std::sqrt(one[M::element::root_n]))).epsilon(1e-9));
        CHECK(one[M::element::hill_n] == doctest::Approx(hill + dt * (0.02 - filled / (0.1 + filled))).epsilon(1e-9));
        CHECK(one[M::element::taken_n] ==
              doctest::Approx(taken + dt * (0.01 - 0.02 / (0.2 / one[M::element::taken_n] + 1))).epsilon(1e-9));
    }
    one.context.dt = 5;
    for (int step = 0; step < 300; ++step) one.state();
    CHECK(one[M::element::root_n] == doctest::Approx(0.01));
    CHECK(one[M::element::hill_n] == doctest::Approx(std::pow(0.002 / 0.98, 2)));
    CHECK(one[M::element::taken_n] == doctest::Approx(0.2));
}

TEST_CASE("a SOLVE is carried out by the method it names, or by cnexp where that is what the method approaches") {
    auto of = [](std::string const& solve, std::string const& equations) {
        return compiled(nmodl::test::mod_file("BREAKPOINT { " + solve + " }\nDERIVATIVE s { " + equations + " }"));
    };
    auto method = [&](std::string const& solve, std::string const& equations) {
        auto const result = of(solve, equations);
        REQUIRE(result.mechanism.methods.size() == 1);
        return result.mechanism.methods[0].method;
    };
    CHECK(method("SOLVE s METHOD runge", "x' = -x*y\n y' = x") == "runge");
    CHECK(method("SOLVE s METHOD sparse", "x' = -x + y\n y' = x - y") == "sparse");
    CHECK(method("SOLVE s METHOD after_cvode", "x' = a - x\n y' = -b*y") == "cnexp");
    CHECK(method("SOLVE s", "x' = (a - x)/b") == "cnexp");
    CHECK(method("if (v > 1) { SOLVE s METHOD cnexp }", "x' = -x") == "cnexp");
    CHECK(of("SOLVE s METHOD adams", "x' = -x + y\n y' = -y").found.has_errors());
    CHECK(of("SOLVE s", "LOCAL k\n k = y*2\n x' = k - x\n y' = -y").found.has_errors());
    CHECK(of("SOLVE s METHOD gear", "x' = -x*x").found.has_errors());
}

TEST_CASE("LINEAR and NONLINEAR blocks need as many equations as unknowns") {
    auto of = [](std::string const& block) {
        return findings(nmodl::test::mod_file("BREAKPOINT { SOLVE s }\n" + block));
    };
    CHECK(of("LINEAR s {\n ~ x + y = 1\n ~ x - y = a\n}") == "");
    CHECK(of("NONLINEAR s SOLVEFOR x {\n ~ x*x + y = 2\n}") == "");
    CHECK(of("LINEAR s {\n ~ x + y = 1\n}") == "11:1 nmodl-equation-count\n");
    CHECK(of("NONLINEAR s {\n ~ x*x = 1\n ~ x = 2\n}") == "11:1 nmodl-equation-count\n");
}
