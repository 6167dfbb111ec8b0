// What is said about units that do not fit. Which do not is compared with NEURON's modlunit: tests/nmodl_lite/units.
#include "base/text.hpp"
#include "tests/nmodl_lite/helpers.hpp"

using namespace rall;
using namespace rall::nmodl;
using namespace rall::nmodl::test;

namespace {

Diagnostics units_of(std::string const& text) {
    Diagnostics found;
    auto const program = parse(text, "test.mod", found);
    REQUIRE(found.empty());
    check_units(program, Severity::warning, found);
    return found;
}

/// The findings about a BREAKPOINT block and what else stands in the file: "line:column message", one per line.
std::string said(std::string const& statements, std::string const& rest = {}) {
    auto const found = units_of(
        "NEURON { SUFFIX s RANGE x NONSPECIFIC_CURRENT i }\nPARAMETER { g = 1 (S/cm2) e (mV) a }\n"
        "ASSIGNED { v (mV) i (mA/cm2) x (volt) }\nSTATE { m n (mM) }\nBREAKPOINT {\n" +
        statements + "\n}\n" + rest);
    std::string text;
    for (auto const& d : found.items())
        text += std::to_string(d.where.line) + ":" + std::to_string(d.where.column) + " " + d.message + "\n";
    return text;
}

}  // namespace

TEST_CASE("both units are named, and the factor where only that is missing") {
    CHECK(said("i = g*(v - e)").empty());
    CHECK(said("i = (v - e)*a") == "6:1 i is in (mA/cm2), its value in (mV)\n");
    CHECK(said("x = v") == "6:1 x is in (volt), its value in (mV), which is 0.001 times as much\n");
    CHECK(said("x = (0.001)*v").empty());
    CHECK(said("i = g*(v - a)") == "6:10 'v' is in (mV), 'a' in (1)\n");
    CHECK(said("a = exp(v/18)") == "6:10 exp takes a plain number, 'v / 18' is in (mV)\n");
    CHECK(said("a = exp(v/18 (mV))").empty());
    CHECK(said("a = v^a") == "6:5 'v' is in (mV): its exponent must be a number\n");
    CHECK(said("a = f(3) + f(a)", "FUNCTION f(u (mV)) { f = u/1 (mV) }") ==
          "6:14 the argument u of f is in (mV), 'a' in (1)\n");
    CHECK(said("x = fabs(x) + sqrt(x*x) + fmin(x, 2 (volt))").empty());
}

TEST_CASE("equations, reactions and conductances are checked") {
    CHECK(said("SOLVE d METHOD cnexp", "DERIVATIVE d { m' = -m n' = n/1 (ms) }") ==
          "8:16 m' is in (1/ms), its value in (1)\n");
    CHECK(said("", "KINETIC k { ~ n <-> m (1, 1) }") == "8:21 the amount of n is in (mM), that of m in (1)\n");
    CHECK(said("", "KINETIC k { ~ m + n -> (e) }").find("the amount of m") != std::string::npos);
    CHECK(said("CONDUCTANCE e i = g*v") == "6:1 a conductance is in (S/cm2), e in (mV)\n");
}

TEST_CASE("NEURON's own variables have its units, declared or not") {
    CHECK(units_of("NEURON { SUFFIX s USEION ca READ cai WRITE ica RANGE y }\nPARAMETER { d (um) }\nASSIGNED { v y }\n"
                   "BREAKPOINT { ica = (1e-4)*cai*d*96485 (coul)/t  y = v/1 (mV) + celsius/1 (degC) }")
              .empty());
    auto const found = units_of("NEURON { POINT_PROCESS s NONSPECIFIC_CURRENT i }\nASSIGNED { v (volt) i (mA/cm2) }");
    REQUIRE(found.items().size() == 2);
    CHECK(found.items()[0].message == "NEURON's i is in (nA), this one in (mA/cm2)");
    CHECK(found.items()[1].message == "NEURON's v is in (mV), this one in (volt), which is 1000 times as much");
}

TEST_CASE("UNITSOFF silences what stands behind it, up to UNITSON") {
    CHECK(said("UNITSOFF x = v UNITSON x = a") == "6:24 x is in (volt), its value in (1)\n");
}

TEST_CASE("an unknown unit is named once and compared with nothing") {
    CHECK(said("a = 1 (glorb) a = 2 (glorb) x = 3 (glorb)") == "6:5 the unit (glorb) is not known\n");
}

TEST_CASE("the severity is the caller's, the finding has place, line and advice") {
    Diagnostics found;
    auto const program = parse("NEURON { SUFFIX s }\nASSIGNED { v x }\nINITIAL {\n  x = v\n}", "s.mod", found);
    check_units(program, Severity::error, found);
    CHECK(to_string(found) == "s.mod:4:3: error: x is in (1), its value in (mV) [nmodl-units]\n      x = v\n      ^");
}

TEST_CASE("all built-in mechanisms have units that fit together") {
    for (auto const& file : mod_files("mechanisms/builtin")) {
        Diagnostics found;
        check_units(parse(read_file(file), file.string(), found), Severity::error, found);
        INFO(to_string(found));
        CHECK(found.empty());
    }
}
