// Every kind of statement under every pass: no expression of it is forgotten.
#include <set>

#include "nmodl_lite/syntax/expression.hpp"
#include "nmodl_lite/syntax/statement.hpp"
#include "tests/nmodl_lite/helpers.hpp"

namespace rall::nmodl::test {

namespace {

/// A statement in a block around it. `loc` is a LOCAL of the block, `helper` a FUNCTION with a LOCAL of the same name, TWO a constant.
struct Case {
    char const* kind;
    std::string text;  // of the whole mechanism
};

std::string around(std::string const& blocks, std::string const& suffix = "SUFFIX test\n NONSPECIFIC_CURRENT i") {
    return "NEURON {\n " + suffix +
           "\n RANGE a, b\n}\nDEFINE TWO 2\nPARAMETER { b = 2 }\nASSIGNED { v i a c[4] diam }\n" + "STATE { x y }\n" +
           "FUNCTION helper(u) { LOCAL loc\n loc = u + TWO\n helper = loc*1.5 }\n"
           "PROCEDURE set(u) { LOCAL loc\n loc = helper(u)\n a = loc }\n" +
           blocks + "\n";
}

std::string breakpoint(std::string const& statements) {
    return around("BREAKPOINT { LOCAL loc\n loc = b\n i = 1e-5*v\n" + statements + "\n}");
}

/// One block of equations, at rest in INITIAL and step by step in BREAKPOINT.
std::string solved_twice(std::string const& block, std::string const& method) {
    return around("INITIAL { SOLVE e STEADYSTATE " + method + " }\nBREAKPOINT { SOLVE e METHOD " + method +
                  "\n i = 1e-5*v }\n" + block);
}

std::string kinetic(std::string const& statements) {
    return solved_twice("KINETIC e { LOCAL loc\n loc = b\n ~ x <-> y (0.1, 0.2)\n" + statements + "\n}", "sparse");
}

std::string received(std::string const& statements) {
    return around("BREAKPOINT { i = 1e-5*v }\nNET_RECEIVE(w) { LOCAL loc\n loc = b\n" + statements + "\n}",
                  "POINT_PROCESS test\n NONSPECIFIC_CURRENT i");
}

std::vector<Case> const cases{
    {"an assignment", breakpoint("a = helper(loc*TWO)\n c[loc - TWO] = helper(loc) + c[helper(loc) - 6]")},
    {"an equation of a DERIVATIVE block",
     solved_twice("DERIVATIVE e { LOCAL loc\n loc = b\n x' = helper(loc)*TWO - x*helper(x)\n y' = -y*loc }",
                  "derivimplicit")},
    {"a call", breakpoint("set(helper(loc)*TWO)")},
    {"a condition",
     breakpoint("if (helper(loc) > TWO*loc) { a = helper(loc) } else if (loc > helper(TWO)) { set(loc) } "
                "else { a = helper(TWO) }")},
    {"a while loop", breakpoint("a = 0\n while (a < helper(loc)*TWO) { a = a + helper(loc) }")},
    {"a loop", breakpoint("FROM k = loc - TWO TO helper(loc)/loc BY helper(loc)/TWO { a = helper(k) + loc }")},
    {"braces with LOCALs",
     breakpoint("{ LOCAL loc, more[TWO]\n loc = TWO\n more[loc - 1] = helper(loc)\n a = more[1] }")},
    {"CONDUCTANCE", around("BREAKPOINT { LOCAL loc\n CONDUCTANCE loc\n loc = helper(TWO)\n i = loc*v }")},
    {"LAG", breakpoint("LAG v BY b\n a = helper(lag_v_b)*TWO\n LAG c BY b\n a = a + lag_c_b[loc - TWO]")},
    {"PROTECT", breakpoint("PROTECT a = helper(loc)*TWO")},
    {"SOLVE", solved_twice("LINEAR e { LOCAL loc\n loc = b\n ~ x = loc\n ~ y = TWO }", "sparse")},
    {"TABLE", around("BREAKPOINT { set_rates(v)\n i = 1e-5*v }\nPROCEDURE set_rates(u) { LOCAL loc\n"
                     "TABLE a DEPEND b FROM -100*TWO TO helper(TWO) WITH 200\n loc = u\n a = helper(loc) }")},
    {"VERBATIM", breakpoint("VERBATIM\n a = helper(_lloc)*2;\nENDVERBATIM")},
    {"WATCH", received("if (flag == 0) { WATCH (v + helper(TWO) > TWO*helper(b)) TWO } else { a = helper(loc) }")},
    {"FOR_NETCONS", received("FOR_NETCONS(other) { LOCAL loc\n loc = TWO\n other = helper(other + loc) }")},
    {"INITIAL of NET_RECEIVE", received("INITIAL { LOCAL loc\n loc = TWO\n w = helper(loc) }\n a = helper(loc)")},
    {"a reaction", kinetic("~ x <-> y (helper(loc*TWO), helper(helper(loc)) + loc)")},
    {"a one-way reaction", kinetic("~ 2 x -> y (helper(loc*TWO))")},
    {"a flux", kinetic("~ x << (helper(loc*TWO) - loc)")},
    {"CONSERVE", kinetic("CONSERVE x + y = helper(loc*TWO) + loc")},
    {"COMPARTMENT",
     kinetic("COMPARTMENT helper(loc*TWO) + loc {x}\nCOMPARTMENT helper(b*TWO) {y}\nCONSERVE x + y = 1")},
    {"LONGITUDINAL_DIFFUSION",
     kinetic("COMPARTMENT helper(diam*TWO) {x}\nLONGITUDINAL_DIFFUSION helper(helper(diam)*TWO) {x y}")},
    {"an equation of a LINEAR block",
     solved_twice("LINEAR e { LOCAL loc\n loc = b\n ~ helper(loc)*x + y = TWO*loc\n ~ x - y = helper(loc*TWO) }",
                  "sparse")},
    {"an equation of a NONLINEAR block",
     solved_twice("NONLINEAR e { LOCAL loc\n loc = b\n ~ helper(x) + y = TWO*loc\n ~ x*y = helper(loc*TWO) }",
                  "sparse")},
    {"a system in memory",
     around("STATE { q[100] }\nINITIAL { a = 0 }\nBREAKPOINT { SOLVE e METHOD sparse\n i = 1e-5*v }\n"
            "KINETIC e { LOCAL loc\n loc = b\n FROM k = 0 TO 9 { FROM m = 0 TO 8 {\n"
            "~ q[10*k + m] <-> q[10*k + m + 1] (helper(loc)/TWO, loc)\n ~ q[10*m + k] <-> q[10*m + 10 + k] (loc, helper(TWO)) } } }")},
};

Program parsed(std::string const& text) {
    Diagnostics found;
    auto program = parse(text, "test.mod", found);
    REQUIRE_MESSAGE(!found.has_errors(), text << to_string(found));
    return program;
}

}  // namespace

TEST_CASE("no pass forgets a kind of statement: constants are folded, LOCALs renamed, calls expanded") {
    for (auto const& [kind, text] : cases) {
        CAPTURE(kind);
        auto const program = parsed(text);
        for (auto const& pass : pass_names()) {
            CAPTURE(pass);
            Diagnostics found;
            auto const shown = show(program, pass, found);
            CHECK_MESSAGE(!found.has_errors(), to_string(found));
            bool const folded = pass != "parse" && pass != "verbatim" && pass != "names";
            bool const expanded = folded && pass != "fold" && pass != "recursion" && pass != "kinetic" && pass != "solve";
            auto const body = shown.substr(std::min(shown.size(), shown.find("\n}\n")));  // behind the NEURON block
            if (folded) CHECK_MESSAGE(!has(body.substr(std::min(body.size(), body.find("STATE"))), "TWO"), shown);
            bool const condition_calls =
                std::string(kind) == "WATCH" && (pass == "inline" || pass == "simplify" || pass == "construct");
            if (expanded && !condition_calls) CHECK_MESSAGE(!has(body, "helper("), shown);
            bool const spreads =
                std::string(kind) == "LONGITUDINAL_DIFFUSION";  // its LOCALs are more than NMODL can say
            if (pass == "cpp" || !expanded || spreads) continue;
            Diagnostics
                again;  // what is left must be a whole program: a LOCAL that a pass did not rename is not declared
            check(parse(shown, "shown.mod", again), again);
            CHECK_MESSAGE(!again.has_errors(), shown << to_string(again));
        }
    }
}

TEST_CASE("a system of more than 4000 operations lies in memory, a smaller one is straight-line code") {
    auto const in_memory = [](std::string const& text) {
        Diagnostics found;
        bool any = false;
        auto const mechanism = check(parse(text, "test.mod", found), found);
        for (auto const* body : {&mechanism.state, &mechanism.relax})
            each_statement(*body, [&](Statement const& s) { any = any || std::holds_alternative<Elimination>(s.what); });
        return any;
    };
    for (auto const& [kind, text] : cases)
        CHECK_MESSAGE(in_memory(text) == (std::string(kind) == "a system in memory"), kind);
}

TEST_CASE("the walk over statements reaches every expression that the printer shows") {
    std::set<std::size_t> kinds;
    for (auto const& [kind, text] : cases) {
        CAPTURE(kind);
        auto program = parsed(text);
        for (auto& block : program.blocks) {
            each_statement(block.body, [&](Statement const& s) { kinds.insert(s.what.index()); });
            rewrite_expressions(block.body, [](Expr const& e) {
                return rewrite(e, [](Expr const& node) {
                    return node->op == Op::name || node->op == Op::call ? number(7) : node;
                });
            });
            std::erase_if(block.body, [](Statement const& s) { return std::holds_alternative<Verbatim>(s.what); });
        }
        auto const shown = to_nmodl(program);
        auto const blocks = shown.substr(shown.find("STATE"));
        CHECK_MESSAGE(!has(blocks, "TWO"), shown);
        CHECK_MESSAGE(blocks.find("helper(") == blocks.rfind("helper("), shown);  // the heading of the FUNCTION
    }
    CHECK(kinds.size() ==
          std::variant_size_v<decltype(Statement::what)> - 2);  // all but Diffusion and Elimination, which passes write
}

}  // namespace rall::nmodl::test
