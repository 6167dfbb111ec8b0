// Which mechanisms are part of the matrix.
#include <set>

#include "nmodl_lite/analysis/passive.hpp"
#include "tests/nmodl_lite/helpers.hpp"

using namespace rall;
using namespace rall::nmodl;
using namespace rall::nmodl::test;

namespace {

bool passive(std::string const& current, std::string const& neuron = {}, std::string const& rest = {}) {
    auto const text = "NEURON { SUFFIX test NONSPECIFIC_CURRENT i RANGE g, e, shown, kept " + neuron +
                      " }\nPARAMETER { g = 0.001 e = -70 factor = 2 }\nASSIGNED { v celsius diam i shown kept cai ica }\nBREAKPOINT { " + current + " }\n" + rest + "\n";
    auto const result = compiled(text);
    INFO(text << to_string(result.found));
    CHECK_FALSE(result.found.has_errors());
    CHECK(has(result.cpp, std::string(".passive = ") + (is_passive(result.mechanism) ? "true" : "false")));
    return is_passive(result.mechanism);
}

}  // namespace

TEST_CASE("passive: of the built-in mechanisms pas is") {
    std::set<std::string> names;
    for (auto const& file : mod_files("mechanisms/builtin")) {
        Diagnostics found;
        auto const mechanism = translate_file(file, found).mechanism;
        if (is_passive(mechanism)) names.insert(mechanism.name);
    }
    CHECK(names == std::set<std::string>{"pas"});
}

TEST_CASE("passive: a current that is linear in v, with coefficients of parameters, the temperature and the place") {
    CHECK(passive("i = g*(v - e)"));
    CHECK(passive("i = factor*g*v*3^((celsius - 6.3)/10) - diam*e"));
    CHECK(passive("shown = g*(v - e) i = 2*shown + 1"));
    CHECK(passive("if (g > 0.5) { i = g*v } else { i = g*(v - e) }"));
}

TEST_CASE("passive: nothing that changes by itself") {
    CHECK_FALSE(passive("i = g*(v - e)*exp(v/20)"));
    CHECK_FALSE(passive("if (v > -60) { i = g*v } else { i = g*(v - e) }"));
    CHECK_FALSE(passive("i = g*(v - e)*t"));
    CHECK_FALSE(passive("i = g*(v - e)*dt"));
    CHECK_FALSE(passive("i = g*(v - e)*kept", "", "INITIAL { kept = 3 }"));
    CHECK_FALSE(passive("kept = kept + 1 i = g*(v - e)"));
    CHECK_FALSE(passive("i = g*(v - e)*scop_random()"));
    CHECK_FALSE(passive("i = g*(v - e)*cai", "USEION ca READ cai"));
    CHECK_FALSE(passive("ica = g*v i = g*(v - e)", "USEION ca WRITE ica"));
    CHECK_FALSE(passive("SOLVE s METHOD cnexp i = g*m*(v - e)", "", "STATE { m }\nDERIVATIVE s { m' = -m }"));
    CHECK_FALSE(passive("SOLVE s METHOD cnexp i = g*(v - e)", "", "STATE { m }\nDERIVATIVE s { m' = -m }"));
    CHECK_FALSE(passive("i = g*(v - e)", "", "BEFORE STEP { kept = v }"));
    CHECK_FALSE(passive("i = p*(v - e)", "POINTER p", "ASSIGNED { p }"));
    auto const point = compiled("NEURON { POINT_PROCESS test NONSPECIFIC_CURRENT i }\nASSIGNED { v i }\nBREAKPOINT { i = v }\n");
    CHECK_FALSE(is_passive(point.mechanism));
}
