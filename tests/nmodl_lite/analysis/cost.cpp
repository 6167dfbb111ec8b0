#include "nmodl_lite/analysis/cost.hpp"

#include "tests/nmodl_lite/helpers.hpp"

using namespace rall;
using namespace rall::nmodl;
using namespace rall::nmodl::test;

namespace {

Cost cost_of(std::string const& text, KernelFunction function) {
    auto const result = compiled(text);
    REQUIRE_FALSE(result.found.has_errors());
    for (auto const& [which, cost] : costs(result.mechanism))
        if (which == function) return cost;
    FAIL("the mechanism has no such function");
    return {};
}

}  // namespace

TEST_CASE("a kernel's memory and arithmetic are counted on its final tree") {
    auto const text =
        "NEURON { SUFFIX s NONSPECIFIC_CURRENT i RANGE g, e }\nPARAMETER { g = 1 e = 2 q = 3 }\nASSIGNED { v i }\n"
        "STATE { m }\nBREAKPOINT { SOLVE d METHOD cnexp i = g*m^3*(v - e) }\n"
        "DERIVATIVE d { m' = (1/(1 + exp(-v)) - m)*q^((celsius - 6)/10) }\nINITIAL { m = sqrt(v) }";
    auto const current = cost_of(text, KernelFunction::current);
    CHECK(current.bytes_read == 8 * 4);  // g, m, e and v
    CHECK(current.bytes_written == 8);   // i
    CHECK(current.additions == 1);
    CHECK(current.divisions == 0);
    CHECK(current.exponentials == 0);
    auto const state = cost_of(text, KernelFunction::state);
    CHECK(state.bytes_read == 8 * 2);  // m and v; q is the same for all
    CHECK(state.bytes_written == 8);
    CHECK(state.exponentials == 1);  // of v; that of dt and the temperature factor are common
    CHECK(state.divisions == 1);     // the sigmoid
    CHECK_FALSE(state.loops);
    CHECK(cost_of(text, KernelFunction::initial).other_calls == 1);
}

TEST_CASE("a current without a closed conductance costs its block twice, powers their products") {
    auto const twice =
        cost_of("NEURON { SUFFIX s NONSPECIFIC_CURRENT i }\nASSIGNED { v i }\nBREAKPOINT { i = log(v)^5 }",
                KernelFunction::current);
    CHECK(twice.other_calls == 2);
    CHECK(twice.multiplications == 2 * 3 + 1);  // and the difference times 1000/mV
    CHECK(twice.additions == 2);
}

TEST_CASE("Newton's iteration is a loop; both sides of a branch count") {
    auto const solved = cost_of(
        "NEURON { SUFFIX s }\nASSIGNED { v }\nSTATE { x }\nBREAKPOINT { SOLVE d METHOD derivimplicit }\n"
        "DERIVATIVE d { x' = -x*x }",
        KernelFunction::state);
    CHECK(solved.loops);
    auto const branch = cost_of(
        "NEURON { SUFFIX s RANGE a }\nASSIGNED { v a }\nINITIAL { if (v > 2) { a = exp(v) } else { a = log(v) } }",
        KernelFunction::initial);
    CHECK(branch.comparisons == 1);
    CHECK(branch.exponentials == 1);
    CHECK(branch.other_calls == 1);
}
