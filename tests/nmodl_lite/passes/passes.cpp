// The passes over kernels, each by what `rall compile --show PASS` prints after it.
#include <cmath>

#include "tests/nmodl_lite/helpers.hpp"

using namespace rall;
using namespace rall::nmodl;
using namespace rall::nmodl::test;

namespace {

/// The program after a pass, from BREAKPOINT's `solved` and `currents` on; `c` and `d` are ASSIGNED, `a` and `b` RANGE.
std::string shown(std::string const& pass, std::string const& current, std::string const& state = {}) {
    Diagnostics found;
    auto const text = mod_file("BREAKPOINT { " + std::string(state.empty() ? "" : "SOLVE s ") + current + " }\n" +
                                    (state.empty() ? "" : "PROCEDURE s() { " + state + " }\n"),
                                "NONSPECIFIC_CURRENT i", "ASSIGNED { i celsius }");
    auto const program = parse(text, "test.mod", found);
    auto const result = show(program, pass, found);
    INFO(to_string(found));
    CHECK_FALSE(found.has_errors());
    return result;
}

int count(std::string const& text, std::string const& part) {
    int n = 0;
    for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++n;
    return n;
}

}  // namespace

TEST_CASE("conductance: currents that are no line in v are computed at v + 0.001 mV first") {
    auto const text = shown("conductance", "LOCAL g g = a*exp(v) i = g*(v - b)");
    CHECK(has(text, "v_above = v + 0.001"));
    CHECK(has(text, "g_above = a * exp(v_above)"));
    CHECK(has(text, "i_above_1 = g_above * (v_above - b)"));
    CHECK(has(text, "g_total = (i_above - i) / 0.001"));
    CHECK(has(shown("conductance", "i = a*(v - b)"), "d_i_d_v = a"));
    // What one evaluation leaves behind, the next one finds.
    auto const counting = shown("conductance", "c = c + 1 i = a*v*v + c");
    CHECK(count(counting, "c = c + 1") == 2);
    CHECK(has(counting, "v = v_here + 0.001"));
}

TEST_CASE("kernels: what blocks that no step solves assign to a concentration ends with them, and a warning says so") {
    auto const text = mod_file("BREAKPOINT { SOLVE s METHOD cnexp }\nDERIVATIVE s { cai' = -cai }\nAFTER SOLVE { if (cai > 1) { cai = 1 c = cai } }\n"
                                "BEFORE STEP { eca = 2 d = cai }",
                                "USEION ca READ cai WRITE cai, eca", "STATE { cai }");
    CHECK(findings(text, Severity::warning) == "12:30 nmodl-assignment-lost\n");
    auto const result = compiled(text).mechanism;
    Diagnostics found;
    auto const shown = show(parse(text, "test.mod", found), "kernels", found);
    CHECK(has(shown, "cai_copy = cai"));
    CHECK(has(shown, "c = cai_copy"));
    CHECK(has(shown, "eca = 2"));  // which nothing reads afresh
    CHECK(result.sets_ions);
    CHECK_FALSE(result.sets_ions_in_receive);
    // NET_RECEIVE changes states that an equation advances, and nothing else.
    std::string const point = "NEURON { POINT_PROCESS test USEION ca READ cai WRITE cai }\nNET_RECEIVE(w) { INITIAL { w = cai } cai = cai + w }\n";
    std::string const pool = point + "STATE { cai }\nBREAKPOINT { SOLVE s METHOD cnexp }\nDERIVATIVE s { cai' = -cai }\n";
    CHECK(findings(pool, Severity::warning) == "");
    CHECK(compiled(pool).mechanism.sets_ions_in_receive);
    std::string const flash = point + "ASSIGNED { cai }\n";
    CHECK(findings(flash, Severity::warning) == "2:38 nmodl-assignment-lost\n");
    CHECK_FALSE(compiled(flash).mechanism.sets_ions_in_receive);
}

TEST_CASE("dead: what nobody reads is not computed") {
    auto const text = shown("dead", "LOCAL g, u g = a*2 u = g*3 if (v > 0) { u = 4 } i = a*(v - b)");
    CHECK_FALSE(has(text, "u ="));
    CHECK_FALSE(has(text, "g ="));
    CHECK_FALSE(has(text, "if ("));
    CHECK(has(text, "i = a * (v - b)"));
}

TEST_CASE("values: a name means one value, and no name only stands for another") {
    auto const text = shown("values", "i = 0", "LOCAL u, w u = v + a w = u x = x + w u = v + b y = y + u");
    CHECK(has(text, "x = x + u"));
    CHECK(has(text, "u_1 = v + b"));
    CHECK(has(text, "y = y + u_1"));
    CHECK_FALSE(has(text, "w ="));
    // x changes: its old value cannot be read from it any more.
    auto const old = shown("values", "i = 0", "LOCAL u u = x x = x + 1 y = u");
    CHECK(has(old, "u = x"));
    CHECK(has(old, "y = u"));
}

TEST_CASE("values: a selection gives a name of its own, and what the function is given stays as it is") {
    std::string const guarded = "if (v == -38) { v = v + 0.0001 } x = exp(v/10) if (v == -60) { v = v + 0.0001 } y = exp(v/10)";
    auto const text = shown("values", "i = 0", guarded);
    CHECK(has(text, "v_2 = v\n"));
    CHECK(has(text, "if (v == -38)"));
    CHECK(has(text, "v_2 = v + 1e-04"));
    CHECK(has(text, "x = exp(v_2 / 10)"));
    CHECK(has(text, "v_3 = v_2\n"));
    CHECK(has(text, "y = exp(v_3 / 10)"));
    // A branch that goes on with what it has assigned, and one that only one branch assigns to.
    auto const within = shown("values", "i = 0", "LOCAL u u = a + b if (v > 0) { u = u + 1 x = u } else if (v > -1) { u = 2*u } y = u");
    CHECK(has(within, "u_1 = u + 1"));
    CHECK(has(within, "x = u_1"));
    CHECK(has(within, "u_1 = 2 * u\n"));
    CHECK(has(within, "y = u_1"));
    // A loop's variables keep their names.
    CHECK(has(shown("values", "i = 0", "LOCAL u, k u = a FROM k = 0 TO b { if (v > 0) { u = u + 1 } } x = u"), "x = u"));
}

TEST_CASE("exponentials: of a potential that an if moves a little, they are shared as of the potential itself") {
    std::string const gate = "if (v == -38) { v = v + 0.0001 } x = (v + 38)/(1 - exp(-(v + 38)/6)) y = (v + 38)/(1 - exp((v + 38)/6))";
    auto const text = shown("exponentials", "i = 0", gate);
    CHECK(count(text, "exp(") == 1);
    CHECK_FALSE(has(text, "exponent_1 <="));  // no potential leads to the limits of exp
    CHECK(count(shown("tidy", "i = 0", gate), " / ") == 1);
    // A loop or what was there before leads anywhere.
    CHECK(count(shown("exponentials", "i = 0", "LOCAL u, w, k u = v FROM k = 0 TO b { u = 2*u } w = u x = exp(w/10) y = exp(w/5)"), "exp(") == 2);
    CHECK(count(shown("exponentials", "i = 0", "LOCAL w if (v > 0) { c = v } w = c x = exp(w/10) y = exp(w/5)"), "exp(") == 2);
    // Not with what may be any number, nor where a branch still reads it.
    CHECK(count(shown("exponentials", "i = 0", "LOCAL u u = v if (v == 0) { u = a } x = exp(u/10) y = exp(u/5)"), "exp(") == 2);
    CHECK(count(shown("exponentials", "i = 0", "LOCAL u u = v if (v > 0) { u = u + 1 x = exp(u/10) } y = exp(u/10)"), "exp(") == 2);
}

TEST_CASE("exponentials: powers of one another are computed once, also over a parameter") {
    auto const tens = shown("exponentials", "i = 0", "x = exp((v + 40)/10) y = exp(-(v + 65)/20)");
    CHECK(count(tens, "exp(") == 1);
    auto const slopes = shown("exponentials", "i = 0", "x = 3/(exp((v - b)/a) + 1) y = 2/(exp((b - v)/a) - 1)");
    CHECK(count(slopes, "exp(") == 1);
    CHECK(count(slopes, "/ exponential") == 0);   // x/(1/E - 1) is x*E/(1 - E)
    CHECK(has(slopes, "if (exponent_1 > 700)"));  // where exp has its limits, or 1/E would not be opposite
    CHECK(has(slopes, "if (exponent_1 < -700)"));
    // Different parameters divide, or the factor would have to be computed anew.
    CHECK(count(shown("exponentials", "i = 0", "x = exp(v/a) y = exp(v/b)"), "exp(") == 2);
    CHECK(count(shown("exponentials", "i = 0", "x = exp((v + 1)/a) y = exp(v/a)"), "exp(") == 2);
}

TEST_CASE("exponentials: none that may reach the limits of exp becomes a power of another") {
    // At 20 mV the first is e^700, where the square of the second is infinite.
    CHECK(count(shown("exponentials", "i = 0", "x = exp((v + 50)/0.05) y = exp((v + 50)/0.1)"), "exp(") == 2);
    CHECK(count(shown("exponentials", "i = 0", "x = exp(2*a) y = exp(a)"), "exp(") == 2);
    CHECK(count(shown("exponentials", "i = 0", "x = exp(2*v/a) y = exp(v/a)"), "exp(") == 2);
    CHECK(count(shown("exponentials", "i = 0", "x = exp(v/10 + 650) y = exp(v/10)"), "exp(") == 2);
    CHECK(count(shown("exponentials", "i = 0", "x = exp((v + 50)/0.05) y = exp(-(v + 50)/0.05)"), "exp(") == 1);
}

TEST_CASE("numbers are worked out beforehand, what may be infinite or NaN is left to be seen") {
    CHECK(has(shown("fold", "i = 0", "x = 0*y y = 0/x"), "0 * y"));
    CHECK(has(shown("fold", "i = 0", "x = 0*y y = 0/x"), "0 / x"));
    CHECK(has(shown("fold", "i = 0", "x = 2*3*y"), "6 * y"));
    CHECK(has(shown("divisions", "i = 0", "x = v/1e-310"), "v / "));  // whose reciprocal is infinite
}

TEST_CASE("divisions: by numbers, by reciprocals, by the same factor") {
    CHECK(has(shown("divisions", "i = 0", "x = v/4"), "x = v * 0.25"));
    CHECK(has(shown("divisions", "i = 0", "x = 1/(1 + (4/v)^4.8)"), "(v * 0.25)^-4.8"));
    CHECK(has(shown("divisions", "i = 0", "x = (4/v)^3"), "4 / v"));           // multiplications, which are no cheaper for an exponent below 0
    CHECK(has(shown("divisions", "i = 0", "x = (-4/v)^4.8"), "-4 / v"));  // no number where v is positive
    auto const rate = shown("divisions", "i = 0", "LOCAL tau tau = 1/(a + v) x = x/tau");
    CHECK(has(rate, "x = x * (a + v)"));
    CHECK(has(shown("divisions", "i = 0", "LOCAL tau tau = 6*(1/(a + v))/3 x = x/tau"), "x = x * ((a + v) * 0.5)"));
    // 3 + 2/rate: one division, unless it is asked for otherwise too.
    auto const sum = shown("divisions", "i = 0", "LOCAL tau tau = 2*(3 + 2/(a + v)) x = x/tau");
    CHECK(has(sum, "x = x * (a + v) / ((a + v) * 6 + 4)"));
    CHECK(has(shown("divisions", "i = 0", "LOCAL tau tau = 2*(3 + 2/(a + v)) x = x/tau y = tau"), "x = x / tau"));
    CHECK(has(shown("divisions", "i = 0", "LOCAL tau tau = 2000 + 2/(a + v) x = x/tau"), "x = x / tau"));  // its product with e^700 would be infinite
    auto const shared = shown("divisions", "i = 0", "x = a/(v - b) y = b/(b - v)");
    CHECK(count(shared, " / ") == 1);
    CHECK(has(shared, "y = -(b * reciprocal)"));
}

TEST_CASE("subexpressions: what is written twice is computed once") {
    auto const text = shown("subexpressions", "i = 0", "x = exp(a*v) + sqrt(v + b) y = exp(a*v)*(v + b) + (v + b)");
    CHECK(count(text, "exp(") == 1);
    CHECK(count(text, "v + b") == 1);
    // Not across a change.
    CHECK(count(shown("subexpressions", "i = 0", "y = exp(x) x = x + 1 y = y + exp(x)"), "exp(") == 2);
    // A part of what is shared already is not shared again.
    CHECK(count(shown("subexpressions", "i = 0", "x = exp(a*v + 1) y = exp(a*v + 1)"), "shared_1") == 0);
}

TEST_CASE("common: what is the same for all instances leaves the kernels") {
    auto const result =
        compiled(mod_file("BREAKPOINT { SOLVE s }\nPROCEDURE s() { LOCAL q q = 3^((celsius - 6)/10) x = x + q*v }", {},
                           "ASSIGNED { celsius }"));
    REQUIRE(result.mechanism.common.size() == 1);
    CHECK(has(result.cpp, "struct Common {\n        double common_0_n;"));
    CHECK_FALSE(has(result.cpp, "double q_n"));
    // All fixed steps last the same, those of the variable step do not.
    auto const steps = compiled(mod_file("BREAKPOINT { SOLVE s METHOD cnexp }\nDERIVATIVE s { x' = -x/q y' = -y }", "GLOBAL q", "PARAMETER { q = 3 }"));
    CHECK(std::ranges::any_of(steps.mechanism.common, [](auto const& shared) { return has(to_nmodl(shared.value), "exp(-(dt"); }));
    CHECK(has(steps.cpp, "double const dt_n = context.dt;\n        double const q_n = "));
}
