// What of the states' equations becomes a curve of v.
#include <map>

#include "nmodl_lite/analysis/access.hpp"
#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"
#include "tests/nmodl_lite/helpers.hpp"

using namespace rall;
using namespace rall::nmodl;
using namespace rall::nmodl::test;

namespace {

/// A channel with two gates, whose `rates` a test replaces.
std::string channel(std::string const& rates, std::string const& neuron = {}, std::string const& equations = "m' = (minf - m)/mtau h' = (hinf - h)/htau",
                    std::string const& method = "cnexp") {
    return "NEURON { SUFFIX test NONSPECIFIC_CURRENT i RANGE g, shift, minf, mtau, hinf, htau " + neuron +
           " }\nPARAMETER { g = 1 shift = 3 slope = 7 }\nASSIGNED { v celsius i minf mtau hinf htau cai kept }\nSTATE { m h }\nINITIAL { m = 0 h = 1 }\n" +
           "BREAKPOINT { SOLVE s METHOD " + method + " i = g*m*h*(v + 80) }\nDERIVATIVE s { rates() " + equations + " }\nPROCEDURE rates() {\n" + rates + "\n}\n";
}

std::string const plain =
    "minf = 1/(1 + exp(-(v + 40)/9)) mtau = 0.1 + 2/(exp((v + 30)/20) + exp(-(v + 30)/15)) hinf = 1/(1 + exp((v + 60)/8)) htau = 1 + 20/(1 + exp((v + 50)/10))";

Mechanism translated(std::string const& text) {
    auto result = compiled(text);
    INFO(text << to_string(result.found));
    REQUIRE_FALSE(result.found.has_errors());
    CHECK(has(result.cpp, "n_curves") == result.mechanism.has_curves());
    return std::move(result.mechanism);
}

std::size_t n_curves(std::string const& text) { return translated(text).curve_names.size(); }

std::set<std::string> read_by_rest(Mechanism const& m) {
    std::set<std::string> names;
    each_expression(m.state_on_curves, [&](Expr const& e) { names.merge(variables_of(e)); });
    return names;
}

}  // namespace

TEST_CASE("curves: how many the built-in mechanisms have") {
    std::map<std::string, std::size_t> n;
    for (auto const& file : mod_files("mechanisms/builtin")) {
        Diagnostics found;
        auto const mechanism = translate_file(file, found).mechanism;
        if (mechanism.has_curves()) n[mechanism.name] = mechanism.curve_names.size();
    }
    CHECK(n.at("hh") == 6);
    CHECK(n.at("NaTa") == 4);
    CHECK_FALSE(n.contains("pas"));
    CHECK_FALSE(n.contains("SK"));  // of calcium
    CHECK_FALSE(n.contains("NaV"));  // a Markov scheme
    CHECK(n.size() > 15);
}

TEST_CASE("curves: steady states and how far a step goes, of two gates") {
    auto const m = translated(channel(plain));
    CHECK(m.curve_names.size() == 4);
    CHECK(assigned_in(m.state_on_curves) == std::set<std::string>{"h", "m"});
    auto const read = read_by_rest(m);
    CHECK_FALSE(read.contains("v"));
    CHECK_FALSE(read.contains("dt"));
    for (auto const& curve : m.curve_names) CHECK(read.contains(curve));
    // What is only looked at is shown where curves are computed, and is none.
    CHECK(assigned_in(m.curves).contains("mtau"));
    CHECK_FALSE(read.contains("mtau"));
}

TEST_CASE("curves: of v, parameters, GLOBALs and the temperature, under conditions of these") {
    auto const shifted = "LOCAL u u = v + shift if (u < -35) { mtau = 1 + exp(u/20) } else { mtau = exp(-u/30)*3^((celsius - 6.3)/10) } minf = 1/(1 + exp(-u/slope)) "
                         "hinf = 1 - minf htau = 2*mtau + exp(u/9)";
    CHECK(n_curves(channel(shifted)) == 4);
    auto const compiled_text = compiled(channel(shifted)).cpp;
    CHECK(has(compiled_text, "return (instance.get(element::shift_n) == 3.0);"));
    CHECK(has(compiled(channel(plain)).cpp, "return true;"));
}

TEST_CASE("curves: what depends on more stays where it is") {
    auto const calcium = translated(channel(plain + " htau = htau + cai", "USEION ca READ cai"));
    CHECK(calcium.curve_names.size() >= 3);
    CHECK(read_by_rest(calcium).contains("cai"));
    // On the states, the time, what the mechanism keeps, what it changes, random numbers.
    CHECK(read_by_rest(translated(channel(plain + " htau = htau + h*h", "", "m' = (minf - m)/mtau h' = (hinf - h)/htau", "derivimplicit"))).contains("hinf"));
    CHECK(read_by_rest(translated(channel(plain + " mtau = mtau + 0.001*t"))).contains("t"));
    auto const keeps = translated(channel(plain + " kept = kept + 1 mtau = mtau*kept"));
    CHECK(read_by_rest(keeps).contains("kept"));
    CHECK(assigned_in(keeps.state_on_curves).contains("kept"));
    CHECK_FALSE(assigned_in(keeps.curves).contains("kept"));
    CHECK(n_curves(channel(plain + " mtau = mtau*scop_random()")) == 0);
}

TEST_CASE("curves: a variable that is read between two assignments keeps its order") {
    // kept reads the first value of minf; only the second is that of the equations.
    auto const m = translated(channel(plain + " kept = kept*minf minf = minf*minf", "RANGE kept"));
    double const n = static_cast<double>(m.curve_names.size());
    CHECK(n >= 4);
    int reads = 0;
    each_statement(m.state_on_curves, [&](Statement const& s) {
        auto const* a = std::get_if<Assign>(&s.what);
        if (a && a->target->name == "kept") reads += static_cast<int>(variables_of(a->value).size());
    });
    CHECK(reads == 2);  // itself and one curve
}

TEST_CASE("curves: none where they save less than a table takes, and none of Markov schemes") {
    CHECK(n_curves(channel("minf = 0.01*(v + 60) mtau = 1 + 0.1*v hinf = 1 - minf htau = 2", "", "m' = minf - m h' = hinf - h", "derivimplicit")) == 0);
    CHECK(n_curves("NEURON { SUFFIX test NONSPECIFIC_CURRENT i }\nASSIGNED { v i }\nSTATE { c o }\nINITIAL { c = 1 o = 0 }\nBREAKPOINT { SOLVE k METHOD sparse i = o*v }\n"
                   "KINETIC k { ~ c <-> o (exp(v/20)+exp(v/30)+exp(v/9), exp(-v/20)+exp(-v/40)) CONSERVE c + o = 1 }\n") == 0);
}
