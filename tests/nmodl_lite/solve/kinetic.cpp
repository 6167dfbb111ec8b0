// KINETIC blocks: what they become, how exact and how large it is.
#include <cmath>
#include <ctime>
#include <numeric>

#include "base/text.hpp"
#include "ladder.hpp"
#include "tests/nmodl_lite/helpers.hpp"
#include "tests/nmodl_lite/one.hpp"

using namespace rall;
using nmodl::test::compiled, nmodl::test::findings, nmodl::test::has, nmodl::test::One;

namespace {

using M = mechanism::ladder_n;
constexpr int rows = 5, columns = 12, n = rows * columns;

double sum(One<M>& one) {
    double total = 0;
    for (int i = 0; i < n; ++i) total += one[M::element::s_n + i];
    return total;
}

/// x of a dense system by elimination with pivots, in extended precision.
std::vector<double> solved(std::vector<std::vector<long double>> a, std::vector<long double> b) {
    for (std::size_t k = 0; k < b.size(); ++k) {
        std::size_t best = k;
        for (auto i = k; i < b.size(); ++i)
            if (std::fabs(a[i][k]) > std::fabs(a[best][k])) best = i;
        std::swap(a[k], a[best]);
        std::swap(b[k], b[best]);
        for (auto i = k + 1; i < b.size(); ++i) {
            auto const factor = a[i][k] / a[k][k];
            for (auto j = k; j < b.size(); ++j) a[i][j] -= factor * a[k][j];
            b[i] -= factor * b[k];
        }
    }
    std::vector<double> x(b.size());
    for (std::size_t k = b.size(); k-- > 0;) {
        for (auto j = k + 1; j < b.size(); ++j) b[k] -= a[k][j] * x[j];
        x[k] = static_cast<double>(b[k] / a[k][k]);
    }
    return x;
}

}  // namespace

TEST_CASE("a kinetic scheme of 60 states takes the step that a dense solver takes") {
    One<M> one;
    one.v = -20;
    for (int i = 0; i < n; ++i) one[M::element::s_n + i] = i == 7 ? 1 : 0;
    std::vector<std::vector<long double>> a(n, std::vector<long double>(n));
    std::vector<long double> b(n);
    double const along = std::exp(one.v / 25), back = std::exp(-one.v / 40);
    for (std::size_t i = 0; i < n; ++i) {
        a[i][i] = 1 / one.context.dt;
        b[i] = one[M::element::s_n + static_cast<int>(i)] / one.context.dt;
    }
    auto step = [&](int from, int to, double forth, double returning) {
        auto const i = static_cast<std::size_t>(from), j = static_cast<std::size_t>(to);
        a[i][i] += forth;
        a[j][i] -= forth;
        a[j][j] += returning;
        a[i][j] -= returning;
    };
    for (int r = 0; r < rows; ++r)
        for (int c = 0; c < columns; ++c) {
            int const i = r * columns + c;
            if (c + 1 < columns) step(i, i + 1, (columns - c) * along, (c + 1) * back);
            if (r + 1 < rows) step(i, i + columns, 0.1 * (rows - r) * along, 0.05 * (r + 1) * back);
        }
    one.state();
    auto const expected = solved(a, b);
    for (int i = 0; i < n; ++i)  // each state to its own last digits, the smallest too: no subtraction takes place
        CHECK(one[M::element::s_n + i] == doctest::Approx(expected[static_cast<std::size_t>(i)]).epsilon(1e-13).scale(0));
}

TEST_CASE("a kinetic scheme keeps its sum to rounding, at rest and in motion") {
    One<M> one;
    one.initial();
    CHECK(std::fabs(sum(one) - 1) < 1e-14);
    for (int step = 0; step < 10000; ++step) {
        one.v = -65 + 0.013 * step;
        one.state();
    }
    CHECK(std::fabs(sum(one) - 1) < 1e-13);
    for (int i = 0; i < n; ++i) CHECK(one[M::element::s_n + i] > 0);
}

TEST_CASE("a scheme of 60 states is translated in well under two seconds, and sparsely") {
    auto const start = std::clock();  // of the processor: the machine may have other work
    auto const result = compiled(read_file(RALL_SOURCE_DIR "/tests/nmodl_lite/mod/ladder.mod"));
    CHECK(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC < 2);
    REQUIRE_MESSAGE(!result.found.has_errors(), "errors were found");
    CHECK(result.mechanism.state.size() < 2500);  // a dense elimination needs more than 70000
}

TEST_CASE("a kinetic block becomes equations that read as the reactions do") {
    Diagnostics found;
    auto const text = nmodl::test::mod_file(
        "BREAKPOINT { SOLVE k METHOD sparse }\nKINETIC k { COMPARTMENT b { x }\n ~ 2 x + y <-> x (a*c, c)\n"
        " ~ y -> (b)\n ~ x << (c)\n CONSERVE x + 2 y = d }");
    auto const shown = nmodl::show(nmodl::parse(text, "test.mod", found), "kinetic", found);
    REQUIRE_MESSAGE(!found.has_errors(), "errors were found");
    CHECK(has(shown, "x' = (backward * x - forward * x * x * y + influx) / b"));
    CHECK(has(shown, "y' = backward * x - forward * x * x * y - b * y"));
    CHECK(has(shown, "CONSERVE b * x + 2 y = total"));
    auto const again = nmodl::show(nmodl::parse(shown, "shown.mod", found), "parse", found);
    CHECK(again == shown);
}

TEST_CASE("what a KINETIC block cannot mean is said") {
    auto scheme = [](std::string const& body, std::string const& solve = "SOLVE k METHOD sparse") {
        return findings(nmodl::test::mod_file("BREAKPOINT { " + solve + " }\nKINETIC k {\n" + body + "\n}"),
                        Severity::warning);
    };
    CHECK(scheme("~ x <-> y (1, 2)") == "");
    CHECK(scheme("~ x <-> y (1, 2)", "SOLVE k") == "10:14 nmodl-kinetic-method\n");
    CHECK(scheme("~ x <-> y (1, 2)", "SOLVE k METHOD cnexp") == "10:14 nmodl-kinetic-method\n");
    CHECK(scheme("~ a <-> b (1, 2)") == "11:1 nmodl-no-reaction\n");
    CHECK(scheme("~ x + y << (1)") == "12:1 nmodl-flux\n11:1 nmodl-no-reaction\n");
    CHECK(scheme("~ x <-> y (1, 2)\nwhile (c > 1) {\n~ x -> (1)\n}") == "14:1 nmodl-reaction-in-loop\n");
    CHECK(scheme("~ x <-> y (1, 2)\nif (c > 1) {\nCONSERVE x + y = 1\n}") == "14:1 nmodl-conserve\n");
    CHECK(has(scheme("~ x <-> y (1, 2)\nCONSERVE a + b = 1"), "nmodl-not-solvable"));
    CHECK(scheme("COMPARTMENT 2 {x nowhere}\n~ x <-> y (1, 2)") == "12:1 nmodl-compartment-unknown\n");
    CHECK(scheme("LOCAL w\nw = 2\nCOMPARTMENT w {x}\n~ x <-> y (1, 2)") == "14:1 nmodl-compartment-local\n");
    CHECK(scheme("LOCAL w\nw = 2\nLONGITUDINAL_DIFFUSION w {x}\n~ x <-> y (1, 2)") == "14:24 nmodl-diffusion\n");
}

TEST_CASE("a count inside equations is told where NEURON may count otherwise") {
    auto solved = [](std::string const& method, std::string const& block) {
        return findings(nmodl::test::mod_file("BREAKPOINT { SOLVE k METHOD " + method + " }\n" + block, "RANGE c, d"),
                        Severity::note);
    };
    CHECK(solved("cnexp", "DERIVATIVE k {\nc = c + 1\nx' = -x }").empty());
    CHECK(solved("derivimplicit", "DERIVATIVE k {\nc = 1\nx' = -x*x }").empty());
    CHECK(solved("derivimplicit", "DERIVATIVE k {\nc = c + 1\nx' = -x*x }") == "12:1 nmodl-counted-in-rounds\n");
    CHECK(solved("derivimplicit", "DERIVATIVE k {\nd = c\nx' = -x*x\nc = c + d }") ==
          "14:1 nmodl-counted-in-rounds\n12:1 nmodl-counted-in-rounds\n");
    CHECK(solved("sparse", "KINETIC k {\n~ x <-> y (1, 2)\nc = c + f_flux }") == "13:1 nmodl-counted-in-rounds\n");
}
