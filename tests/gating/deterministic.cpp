#include <doctest/doctest.h>

#include <unsupported/Eigen/MatrixFunctions>

#include "nmodl_lite/analysis/evaluation.hpp"
#include "nmodl_lite/nmodl.hpp"
#include "nmodl_lite/solve/markov.hpp"
#include "nmodl_lite/syntax/statement.hpp"
#include "tests/gating/samples.hpp"

using namespace rall;
using testing::Patches;

namespace {

nmodl::Mechanism read(std::string const& file) {
    Diagnostics found;
    auto mechanism = nmodl::translate_file(RALL_SOURCE_DIR "/" + file, found).mechanism;
    found.throw_if_errors();
    return mechanism;
}

/// A of dy/dt = A y.
Eigen::MatrixXd matrix(nmodl::Scheme const& scheme, double const* rates) {
    auto const n = static_cast<Eigen::Index>(scheme.states.size());
    Eigen::MatrixXd a = Eigen::MatrixXd::Zero(n, n);
    for (std::size_t k = 0; k < scheme.transitions.size(); ++k) {
        auto const from = static_cast<Eigen::Index>(scheme.transitions[k].from);
        a(static_cast<Eigen::Index>(scheme.transitions[k].to), from) += rates[k];
        a(from, from) -= rates[k];
    }
    return a;
}

/// The states of a part add up to `total` and do not change.
Eigen::VectorXd rest(Eigen::MatrixXd const& a, nmodl::Scheme const& scheme, std::size_t part, double total) {
    std::vector<Eigen::Index> members;
    for (std::size_t i = 0; i < scheme.part.size(); ++i)
        if (scheme.part[i] == part) members.push_back(static_cast<Eigen::Index>(i));
    Eigen::MatrixXd const own = a(members, members);
    Eigen::FullPivLU<Eigen::MatrixXd> lu(own);
    lu.setThreshold(1e-12);
    REQUIRE(lu.dimensionOfKernel() == 1);
    Eigen::VectorXd const kernel = lu.kernel().col(0);
    Eigen::VectorXd result = Eigen::VectorXd::Zero(a.rows());
    result(members) = kernel * (total / kernel.sum());
    return result;
}

}  // namespace

TEST_CASE("a step of uniformization is the matrix exponential to 1e-13, however stiff, and the same bits in a vector") {
    for (std::string const name : {"loop", "resurgent", "NaV"})
        for (double const v : {-140., -80., -40., 0., 50.})
            for (double const dt : {0.005, 0.025, 0.2}) {
                CAPTURE(name);
                CAPTURE(v);
                CAPTURE(dt);
                Eigen::Index const n = name == "loop" ? 7 : name == "NaV" ? 12 : 13;
                Eigen::VectorXd y = Eigen::VectorXd::LinSpaced(n, 1, 2);
                y /= y.sum();
                auto const steps = testing::exponential_of(name.c_str(), v, dt, y);
                Eigen::MatrixXd const scaled = steps.rates * dt;
                // Eigen squares, which loses digits in proportion to the norm.
                double const lost = std::max(1e-13, 2e-16 * scaled.cwiseAbs().maxCoeff());
                Eigen::VectorXd const exact = scaled.exp() * y;
                CHECK((steps.alone - exact).cwiseAbs().maxCoeff() < lost);
                CHECK(std::abs(steps.alone.sum() - 1) < lost);
                CHECK(steps.alone.minCoeff() >= 0);
                CHECK(steps.packed[0] == steps.alone);
                for (int lane = 1; lane < lanes; ++lane)
                    CHECK(steps.packed[lane] == testing::exponential_of(name.c_str(), v + 5 * lane, dt, y).alone);
            }
}

TEST_CASE("steady states are the null vector of the rates") {
    for (auto const* file :
         {"tests/gating/mod/loop.mod", "tests/gating/mod/resurgent.mod", "mechanisms/builtin/NaV.mod"}) {
        auto const mechanism = read(file);
        auto const& scheme = mechanism.schemes.at(0);
        REQUIRE(scheme.usable());
        for (double v = -120; v <= 40; v += 20) {
            CAPTURE(file);
            CAPTURE(v);
            nmodl::SchemeRates rates(mechanism);
            rates.set("celsius", 37);
            auto const a = matrix(scheme, rates.at(v).data());
            Patches patches{mechanism.name, 1, v};
            patches.tstop = patches.dt;
            std::vector<std::string> names;
            for (auto const& state : scheme.states) names.push_back(nmodl::key_of(state));
            auto const samples = patches.run(names, patches.dt);
            for (std::size_t part = 0; part < scheme.totals.size(); ++part) {
                double total = 0;
                for (std::size_t i = 0; i < names.size(); ++i)
                    if (scheme.part[i] == part) total += samples[i][0][0];
                CHECK(total == doctest::Approx(mechanism.name == "loop" && part == 1 ? 2 : 1));
                auto const expected = rest(a, scheme, part, total);
                for (std::size_t i = 0; i < names.size(); ++i)
                    if (scheme.part[i] == part)
                        CHECK(std::abs(samples[i][0][0] - expected[static_cast<Eigen::Index>(i)]) < 1e-10);
            }
        }
    }
}

TEST_CASE("occupancies sum up to 1 in implicit and exact steps and for single channels") {
    for (auto const* name : {"NaV", "resurgent"}) {
        auto const mechanism =
            read(std::string(name) == "NaV" ? "mechanisms/builtin/NaV.mod" : "tests/gating/mod/resurgent.mod");
        std::vector<std::string> states;
        for (auto const& state : mechanism.schemes[0].states) states.push_back(nmodl::key_of(state));
        for (int way = 0; way < 4; ++way) {
            CAPTURE(name);
            CAPTURE(way);
            Patches patches{name, 3, -50};
            patches.tstop = 5;
            patches.exact = way == 1;
            patches.channels = way < 2 ? 0 : 30;
            patches.drawing = way == 2 ? Drawing::binomial : Drawing::gillespie;
            auto const samples = patches.run(states, 0.25);
            for (std::size_t row = 0; row < samples[0].size(); ++row)
                for (std::size_t cell = 0; cell < 3; ++cell) {
                    double sum = 0;
                    for (auto const& state : samples) sum += state[row][cell];
                    CHECK(std::abs(sum - 1) < 1e-12);
                }
        }
    }
}

TEST_CASE("exact steps relax as the exponential says, whatever dt; implicit ones approach it as dt shrinks") {
    auto const open_at_end = [](double dt, bool exact) {
        Patches patches{"loop", 1, 0};
        patches.parameters["from_first"] = 1;
        patches.tstop = 4;
        patches.dt = dt;
        patches.exact = exact;
        return patches.run({"open"}, 4).at(0).back().at(0);
    };
    Eigen::VectorXd y = Eigen::VectorXd::Zero(7);
    y[0] = 1;
    auto const steps = testing::exponential_of("loop", 0, 4, y);
    auto const mechanism = read("tests/gating/mod/loop.mod");
    auto const& states = mechanism.schemes[0].states;
    auto const open =
        std::ranges::find(states, std::string("open"), [](auto const& e) { return nmodl::key_of(e); }) - states.begin();
    double const expected = steps.alone[open];
    CHECK(std::abs(open_at_end(0.025, true) - expected) < 1e-12);
    CHECK(std::abs(open_at_end(1, true) - expected) < 1e-12);
    double const coarse = open_at_end(0.05, false) - expected, fine = open_at_end(0.025, false) - expected;
    CHECK(std::abs(coarse) > 1e-4);
    CHECK(coarse / fine == doctest::Approx(2).epsilon(0.05));
}

TEST_CASE("METHOD matexp takes the exponential in every run") {
    auto const open = [](char const* mechanism, bool exact) {
        Patches patches{mechanism, 1, 0};
        patches.parameters["from_first"] = 1;
        patches.tstop = 2;
        patches.exact = exact;
        return patches.run({"open", "opened"}, 0.5);
    };
    CHECK(open("expm", false) == open("loop", true));
    CHECK(open("expm", false) != open("loop", false));
}

TEST_CASE("values made of the states, and what stands behind the SOLVE, hold at the end of an exact step too") {
    for (bool const exact : {false, true}) {
        Patches patches{"loop", 1, 0};
        patches.parameters["from_first"] = 1;
        patches.exact = exact;
        patches.tstop = 1;
        auto const s = patches.run({"s[2]", "open", "drift", "s[3]", "opened"}, patches.dt);
        for (std::size_t k = 1; k < s[0].size(); ++k)
            CHECK(s[2][k][0] == doctest::Approx(3 * s[0][k][0] - 0.5 * s[1][k][0]));
    }
}

TEST_CASE("cycles are found, and those that are not microscopically reversible are told apart") {
    auto const scheme_of = [](std::string const& rates) {
        Diagnostics found;
        auto const program = nmodl::parse(
            "NEURON { SUFFIX test }\nASSIGNED { v }\nSTATE { a b c d }\n"
            "BREAKPOINT { SOLVE kin METHOD sparse }\nKINETIC kin {\n" +
                rates + "\n}\n",
            "test.mod", found);
        auto mechanism = nmodl::check(program, found);
        found.throw_if_errors();
        return mechanism;
    };
    auto const reversible =
        scheme_of("~ a <-> b (2, 3)\n~ b <-> c (exp(v/20), 5)\n~ c <-> a (15, 2*exp(v/20))\n~ c <-> d (1, 9)");
    auto reports = nmodl::report_schemes(reversible);
    REQUIRE(reports.size() == 1);
    REQUIRE(reports[0].cycles.size() == 1);
    CHECK(nmodl::SchemeReport::balanced(reports[0].cycles[0]));
    CHECK(reports[0].rates[0].size() == 8);

    auto const driven = scheme_of(
        "~ a <-> b (2, 3)\n~ b <-> c (exp(v/20), 5)\n~ c <-> a (15, 2*exp(v/21))\n~ d <-> a (1, 1)\n~ d <-> b (2, 3)");
    reports = nmodl::report_schemes(driven);
    REQUIRE(reports[0].cycles.size() == 2);
    auto const& cycles = reports[0].cycles;
    auto const& unbalanced = nmodl::SchemeReport::balanced(cycles[0]) ? cycles[1] : cycles[0];
    CHECK(nmodl::SchemeReport::balanced(&unbalanced == &cycles[0] ? cycles[1] : cycles[0]));
    auto const text = nmodl::to_text(unbalanced, driven.schemes[0]);
    for (auto const* state : {"a", "b", "c"}) CHECK(text.find(state) != text.npos);
    CHECK(text.find('d') == text.npos);
    CHECK(unbalanced.v == -120);
    CHECK(unbalanced.imbalance == doctest::Approx(1 - std::exp(-120 * (1. / 20 - 1. / 21))));

    auto const one_way = scheme_of("~ a -> b (2)\n~ b -> c (1)\n~ c -> a (1)\n~ d <-> a (1, 1)");
    CHECK(nmodl::report_schemes(one_way)[0].cycles.at(0).imbalance == 1);
}

TEST_CASE("METHOD matexp is refused where there is no Markov scheme") {
    Diagnostics found;
    auto const program =
        nmodl::parse("NEURON { SUFFIX test }\nSTATE { a b c }\nBREAKPOINT { SOLVE kin METHOD matexp }\n"
                     "KINETIC kin {\n~ a + b <-> c (1, 2)\n}\n",
                     "test.mod", found);
    nmodl::check(program, found);
    REQUIRE(found.count(Severity::error) == 1);
    CHECK(found.items().back().code == "nmodl-matexp");
}

TEST_CASE("it is told why a KINETIC block is no Markov scheme") {
    auto const obstacle = [](std::string const& body, bool leaks) {
        Diagnostics found;
        auto const program = nmodl::parse(
            "NEURON { SUFFIX test }\nPARAMETER { volume = 2 }\nSTATE { a b c }\n"
            "BREAKPOINT { SOLVE kin METHOD sparse }\nKINETIC kin {\n" +
                body + "\n}\n",
            "test.mod", found);
        auto const mechanism = nmodl::check(program, found);
        found.throw_if_errors();
        CHECK(mechanism.schemes.at(0).leaks == leaks);
        return mechanism.schemes[0].obstacle;
    };
    CHECK(obstacle("~ a <-> b (1, 2)\n~ b <-> c (1, 2)", false) == "");
    CHECK(obstacle("~ a + b <-> c (1, 2)", false) == "its rates depend on its states");
    CHECK(obstacle("~ a <-> b (c, 2)\n~ b <-> c (1, 2)", false) == "its rates depend on its states");
    CHECK(obstacle("COMPARTMENT volume { a b }\n~ a <-> b (1, 2)\n~ b <-> c (1, 1)", false) == "it has a COMPARTMENT");
    CHECK(obstacle("~ a <-> b (1, 2)\n~ c << (3)", true) == "it does not conserve its states: c is fed from outside");
    CHECK(obstacle("~ a <-> b (1, 2)\n~ b -> (3)\n~ b <-> c (1, 1)", true) ==
          "it does not conserve its states: not all that leaves b arrives in another state");
    CHECK(obstacle("~ a <-> 2 b (1, 0)\n~ b <-> c (1, 1)", true) ==
          "it does not conserve its states: more arrives in other states than leaves a");
}
