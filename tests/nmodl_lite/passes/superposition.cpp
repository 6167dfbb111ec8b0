// Which mechanisms are additive, and why others are not.
#include <set>

#include "tests/nmodl_lite/helpers.hpp"

using namespace rall;
using namespace rall::nmodl;
using namespace rall::nmodl::test;

namespace {

/// A synapse that is additive, of parts that a test replaces.
struct Parts {
    std::string neuron = {}, declared = {}, initial = "g = 0", solve = "SOLVE s METHOD cnexp", current = "i = g*(v - e)", equations = "g' = -g/tau",
                receive = "NET_RECEIVE(w) { g = g + w }", more = {};
};

std::string text_of(Parts const& p) {
    return "NEURON { POINT_PROCESS test NONSPECIFIC_CURRENT i RANGE tau, e " + p.neuron + " }\nPARAMETER { tau = 2 e = 0 }\nASSIGNED { v i " + p.declared +
           " }\nSTATE { g }\nINITIAL { " + p.initial + " }\nBREAKPOINT { " + p.solve + " " + p.current + " }\nDERIVATIVE s { " + p.equations + " }\n" + p.receive + "\n" + p.more + "\n";
}

/// Why it is not; "" where it is.
std::string obstacle(Parts const& parts) {
    auto const text = text_of(parts);
    auto const result = compiled(text);
    INFO(text << to_string(result.found));
    CHECK_FALSE(result.found.has_errors());
    CHECK(has(result.cpp, ".additive = " + std::string(result.mechanism.not_additive.empty() ? "true" : "false")));
    return result.mechanism.not_additive;
}

}  // namespace

TEST_CASE("superposition: of the built-in mechanisms those are additive whose conductances add up") {
    std::set<std::string> additive;
    for (auto const& file : mod_files("mechanisms/builtin")) {
        Diagnostics found;
        auto const mechanism = translate_file(file, found).mechanism;
        if (mechanism.not_additive.empty()) additive.insert(mechanism.name);
    }
    CHECK(additive == std::set<std::string>{"AMPANMDA", "Exp2Syn", "ExpSyn", "GABAA"});
}

TEST_CASE("superposition: what is linear in the states is additive, however it is written") {
    CHECK(obstacle({}) == "");
    CHECK(obstacle({.receive = "NET_RECEIVE(w) { state_discontinuity(g, g + w) }"}) == "");
    CHECK(obstacle({.current = "i = g*(v - e)/(1 + exp(-0.062*v)/3.57)"}) == "");
    CHECK(obstacle({.solve = "SOLVE s METHOD derivimplicit"}) == "");
    CHECK(obstacle({.solve = "SOLVE s METHOD euler"}) == "");
    CHECK(obstacle({.solve = "SOLVE p", .more = "PROCEDURE p() { g = g*exp(-dt/tau) }"}) == "");
    CHECK(obstacle({.neuron = "USEION ca WRITE ica", .declared = "ica", .current = "i = 0.9*g*(v - e) ica = 0.1*g*(v - 120)"}) == "");
    CHECK(obstacle({.neuron = "ELECTRODE_CURRENT j", .declared = "j", .current = "i = 0 j = g"}) == "");
    // What is observed only where somebody looks at it, who keeps the instance apart.
    CHECK(obstacle({.neuron = "RANGE seen", .declared = "seen", .current = "seen = g*g i = g*(v - e)"}) == "");
    // What hangs on the time, on the sign of the weight, or is found anew in all alike.
    CHECK(obstacle({.declared = "factor n", .initial = "g = 0 factor = 1/tau n = 0", .current = "n = n + 1 if (t > 5) { i = g*(v - e) } else { i = n*g*v }",
                    .receive = "NET_RECEIVE(w) { if (w > 0) { g = g + w*factor } else { g = factor*tau + g } }"}) == "");
    // What a connection keeps is its own.
    CHECK(obstacle({.receive = "NET_RECEIVE(w, R, last) { INITIAL { R = 1 last = t } R = 1 + (R - 1)*exp(-(t - last)/tau) g = g + w*R R = 0.5*R last = t }"}) == "");
    CHECK(obstacle({.current = "LOCAL k, m k = 0 m = 1 while (k < 3) { m = 2*m k = k + 1 } i = m*g*(v - e)"}) == "");
    CHECK(obstacle({.declared = "a[2]", .initial = "g = 0 a[0] = 1 a[1] = 2", .current = "i = (a[0] + a[1])*g*(v - e)"}) == "");
}

TEST_CASE("superposition: why a mechanism is not additive") {
    CHECK(compiled(mod_file("")).mechanism.not_additive == "it is no point process in a compartment");
    CHECK(compiled("NEURON { ARTIFICIAL_CELL test }\nNET_RECEIVE(w) { }\n").mechanism.not_additive == "it is no point process in a compartment");
    CHECK(obstacle({.receive = ""}) == "it hears no events");
    CHECK(obstacle({.receive = "NET_RECEIVE(w) { g = g + w net_event(t) }"}) == "it sends events");
    CHECK(obstacle({.receive = "NET_RECEIVE(w) { if (flag == 0) { net_send(1, 1) } else { g = g + w } }"}) == "it sends events");
    CHECK(obstacle({.receive = "NET_RECEIVE(w) { g = g + w WATCH (v > 0) 2 }"}) == "it watches conditions");
    CHECK(obstacle({.receive = "NET_RECEIVE(w) { g = g + w FOR_NETCONS(x) { x = 0 } }"}) == "it visits its connections");
    CHECK(obstacle({.neuron = "POINTER p", .declared = "p", .current = "i = p*g"}) == "it has POINTERs");
    CHECK(obstacle({.neuron = "RANDOM r", .receive = "NET_RECEIVE(w) { g = g + w*random_uniform(r) }"}) == "it draws random numbers");
    CHECK(obstacle({.receive = "NET_RECEIVE(w) { g = g + w*scop_random() }"}) == "it draws random numbers");
    CHECK(obstacle({.neuron = "USEION ca WRITE cai", .declared = "cai", .current = "i = g*v cai = g"}) == "it sets a concentration or a reversal potential");
    CHECK(obstacle({.more = "BEFORE STEP { g = g }"}) == "it has BEFORE or AFTER blocks");
    CHECK(obstacle({.more = "AFTER SOLVE { if (g > 1) { g = 1 } }"}) == "it has BEFORE or AFTER blocks");
    CHECK(obstacle({.initial = "g = 0.1"}) == "g does not begin at 0");
    CHECK(obstacle({.initial = "g = 0 if (v > 0) { g = 1 }"}) == "g does not begin at 0");
    // The current.
    CHECK(obstacle({.current = "i = g*(v - e) + 0.01"}) == "i is not proportional to the states");
    CHECK(obstacle({.current = "i = g*g*(v - e)"}) == "i is not proportional to the states");
    CHECK(obstacle({.current = "i = g/(1 + g)*(v - e)"}) == "i is not proportional to the states");
    CHECK(obstacle({.current = "i = tanh(g)*(v - e)"}) == "i is not proportional to the states");
    CHECK(obstacle({.current = "if (g > 0.1) { i = 0.1*(v - e) } else { i = g*(v - e) }"}) == "i is not proportional to the states");
    CHECK(obstacle({.current = "i = 0.1*(v - e)"}) == "i is not proportional to the states");
    CHECK(obstacle({.current = "LOCAL k k = 0 while (k < g) { k = k + 0.1 } i = k*(v - e)"}) == "i is not proportional to the states");
    CHECK(obstacle({.neuron = "RANGE n", .declared = "n", .current = "n = n + g i = g*n"}) == "i is not proportional to the states");
    // What steps and what events do.
    std::string const step = "what becomes of g is not linear and homogeneous in the states";
    CHECK(obstacle({.equations = "g' = (0.1 - g)/tau"}) == step);
    CHECK(obstacle({.solve = "SOLVE s METHOD derivimplicit", .equations = "g' = -g*g/tau"}) == step);
    CHECK(obstacle({.solve = "SOLVE p", .more = "PROCEDURE p() { if (g > 0.001) { g = g*exp(-dt/tau) } else { g = 0 } }"}) == step);
    CHECK(obstacle({.neuron = "RANGE n", .declared = "n", .initial = "g = 0 n = 0", .equations = "n = n + g g' = -g/tau"}) == "n depends on states");
    std::string const event = "NET_RECEIVE does more to g than add what depends on no state";
    CHECK(obstacle({.receive = "NET_RECEIVE(w) { g = w }"}) == event);
    CHECK(obstacle({.receive = "NET_RECEIVE(w) { g = g + w*(1 - g) }"}) == event);
    CHECK(obstacle({.receive = "NET_RECEIVE(w) { g = 0.5*g + w }"}) == event);
    CHECK(obstacle({.receive = "NET_RECEIVE(w) { g = w - g }"}) == event);
    CHECK(obstacle({.receive = "NET_RECEIVE(w) { if (g < 1) { g = g + w } }"}) == event);
    CHECK(obstacle({.receive = "NET_RECEIVE(w, was) { was = g g = g + w }"}) == "was of NET_RECEIVE depends on states");
    CHECK(obstacle({.neuron = "RANGE last", .declared = "last", .initial = "g = 0 last = 0", .receive = "NET_RECEIVE(w) { g = g + w*(t - last) last = t }"}) == "NET_RECEIVE sets last");
    CHECK(obstacle({.neuron = "RANGE last", .declared = "last", .initial = "g = 0 last = 0", .receive = "NET_RECEIVE(w, R) { INITIAL { last = 1 R = 0 } g = g + w*last }"}) ==
          "INITIAL of NET_RECEIVE sets last");
    // No place that is known.
    CHECK(obstacle({.declared = "a[2] k", .initial = "g = 0 k = 1 a[0] = 0 a[1] = 0", .current = "a[k] = g i = a[1]*v"}) == "i is not proportional to the states");
}

TEST_CASE("superposition: what is found is printed as a comment") {
    Diagnostics found;
    CHECK(has(show(parse(text_of({}), "test.mod", found), "superposition", found), ": instances add up\n"));
    CHECK(has(show(parse(text_of({.receive = ""}), "test.mod", found), "superposition", found), ": instances do not add up: it hears no events\n"));
    CHECK_FALSE(has(show(parse(text_of({}), "test.mod", found), "values", found), "add up"));
}

TEST_CASE("superposition: channels of a KINETIC block may be told apart") {
    auto const text = "NEURON { POINT_PROCESS test NONSPECIFIC_CURRENT i }\nASSIGNED { v i }\nSTATE { C O }\nINITIAL { C = 0 O = 0 }\n"
                      "BREAKPOINT { SOLVE k METHOD sparse i = O*v }\nKINETIC k { ~ C <-> O (1, 2) }\nNET_RECEIVE(w) { C = C + w }\n";
    CHECK(compiled(text).mechanism.not_additive == "it has a KINETIC block, whose channels may be told apart");
}

TEST_CASE("superposition: two states of one synapse take what an event brings each for itself") {
    std::string const declared = "NEURON { POINT_PROCESS test NONSPECIFIC_CURRENT i }\nASSIGNED { v i }\nSTATE { A B }\nINITIAL { A = 0 B = 0 }\n"
                                 "BREAKPOINT { SOLVE s METHOD derivimplicit i = (B - A)*v }\nDERIVATIVE s { A' = -A B' = A - B/5 }\n";
    CHECK(compiled(declared + "NET_RECEIVE(w) { A = A + w B = B + 2*w }\n").mechanism.not_additive == "");
    CHECK(compiled(declared + "NET_RECEIVE(w) { A = A + w B = A }\n").mechanism.not_additive == "NET_RECEIVE does more to B than add what depends on no state");
}
