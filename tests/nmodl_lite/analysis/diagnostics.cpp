// What the compiler says about a file that is wrong: the place, the line with a caret, what was expected, what to do.
#include "base/text.hpp"
#include "nmodl_lite/syntax/lexer.hpp"
#include "tests/nmodl_lite/helpers.hpp"

using namespace rall;
using namespace rall::nmodl;
using namespace rall::nmodl::test;

namespace {

/// The only finding of a text, as it is printed.
std::string said(std::string const& text) {
    auto const found = compiled(text).found;
    INFO(to_string(found));
    REQUIRE(found.items().size() == 1);
    return to_string(found);
}

std::string in_breakpoint(std::string const& statements) { return mod_file("BREAKPOINT {\n" + statements + "\n}"); }

}  // namespace

TEST_CASE("a finding shows its line and a caret under the place") {
    CHECK(said(in_breakpoint("    c = 2*(a + b")) ==
          "test.mod:11:17: error: expected ')' to close the '(' of column 11, found '}' [nmodl-syntax]\n"
          "        c = 2*(a + b\n                    ^");
    CHECK(said(in_breakpoint("\tc = a\t+* b")) ==
          "test.mod:11:9: error: expected a number, a name or '(', found '*' [nmodl-syntax]\n"
          "    \tc = a\t+* b\n    \t     \t ^");
}

TEST_CASE("a caret stands right behind letters that are no ASCII, in UTF-8 and in Latin-1") {
    auto const utf8 = said(in_breakpoint("c = \"\u00b5\u00e4\" ) 2"));
    CHECK(has(utf8, "\n    c = \"\u00b5\u00e4\" ) 2\n             ^"));
    auto const latin1 = said(in_breakpoint("c = \"\xb5\xe4\" ) 2"));
    CHECK(has(latin1, "\n    c = \"\u00b5\u00e4\" ) 2\n             ^"));
    CHECK(has(said(in_breakpoint("c = \u00b5")), "found '\u00b5'"));
    CHECK(has(said(in_breakpoint("c = 1\n\x01 d = 2")), "found a control character (1)"));
}

TEST_CASE("of a long line the part around the caret is shown") {
    auto const text = said(in_breakpoint("c = " + std::string(5000, ' ') + "a ) " + std::string(5000, ' ')));
    CHECK(text.size() < 600);
    CHECK(has(text, "..."));
}

TEST_CASE("a block that is not closed ends where the next begins, and what follows is read") {
    CHECK(findings(mod_file("BREAKPOINT {\n SOLVE s METHOD cnexp\n if (v > 0) {\n  c = 1\n\n"
                             "DERIVATIVE s { x' = -x }\nPROCEDURE p() { d = = 1 }")) ==
          "15:1 nmodl-block-not-closed\n16:21 nmodl-syntax\n");
    CHECK(findings("NEURON {\n SUFFIX s\n RANGE a\nPARAMETER { a = 1\nASSIGNED { v }\nINITIAL { a = b }\n") ==
          "4:1 nmodl-block-not-closed\n5:1 nmodl-block-not-closed\n6:15 nmodl-unknown-name\n");
    CHECK(findings(mod_file("INITIAL { x = 1")) == "11:1 nmodl-block-not-closed\n");
    CHECK(findings(mod_file("INITIAL { x = 1 } }\nBREAKPOINT { c = e }")) ==
          "10:19 nmodl-syntax\n11:18 nmodl-unknown-name\n");
}

TEST_CASE("many errors are found in one go, each once") {
    CHECK(findings(mod_file(
              "BREAKPOINT {\n c = 1 + / 2\n d = fabz(c)\n if (c = 2) { d = 1 }\n d = zz\n c = zz + zz\n SOLVE }\n"
              "PROCEDURE p() { c = yy }")) ==
          "11:10 nmodl-syntax\n13:8 nmodl-syntax\n16:8 nmodl-syntax\n"
          "12:6 nmodl-unknown-function\n14:6 nmodl-unknown-name\n17:21 nmodl-unknown-name\n");
    auto const found = compiled(in_breakpoint(" c = zz\n d = 2*zz\n c = zz + zz")).found;
    CHECK(found.items().size() == 1);
    CHECK(has(to_string(found), "'zz' is not declared (used also in line 12, 13)"));
}

TEST_CASE("declarations that were lost to an error do not make their uses errors") {
    CHECK(findings("NEURON { SUFFIX s }\nPARAMETER { k == 1\n l = 2 }\nASSIGNED { c }\nINITIAL { c = k + l }") ==
          "2:15 nmodl-syntax\n");
    CHECK(findings("NEURON { SUFFIX s }\nPARAMTER { k = 1 }\nINITIAL { k = 2 }") == "2:1 nmodl-syntax\n");
}

TEST_CASE("after fifty errors only their number is printed, and reading ends after two hundred") {
    std::string lines;
    for (int i = 0; i < 300; ++i) lines += "c = )\n";
    auto const found = compiled(in_breakpoint(lines)).found;
    CHECK(found.count(Severity::error) == 201);
    auto const text = to_string(found);
    CHECK(has(text, "and 151 more errors"));
    CHECK_FALSE(has(text, "test.mod:62:"));
}

TEST_CASE("misspelt words are suggested") {
    auto suggests = [](std::string const& text, std::string const& word) {
        auto const found = to_string(compiled(text).found);
        INFO(found);
        CHECK(has(found, "did you mean '" + word + "'?"));
    };
    suggests(mod_file("BRAKPOINT { c = 1 }"), "BREAKPOINT");
    suggests(mod_file("", "RNAGE c"), "RANGE");
    suggests(mod_file("", "USEION na READ en"), "ena");
    suggests(in_breakpoint("SLOVE s METHOD cnexp"), "SOLVE");
    suggests(mod_file("BREAKPOINT { SOLVE states METHOD cnexp }\nDERIVATIVE state { x' = -x }"), "state");
    suggests(mod_file("BREAKPOINT { SOLVE s METHOD cnepx }\nDERIVATIVE s { x' = -x }"), "cnexp");
    suggests(in_breakpoint("c = Celsius"), "celsius");
    suggests(in_breakpoint("c = sqr(2)"), "sqrt");
    suggests(mod_file("PROCEDURE rates() { c = 1 }\nINITIAL { rate() }"), "rates");
}

TEST_CASE("habits from other languages are answered with what NMODL writes") {
    auto const answers = {
        std::pair{"c = 1;", "no mark ends a statement"},
        {"c = 5 % 2", "fmod(a, b)"},
        {"if (c = 2) { d = 1 }", "equality is =="},
        {"if (c == 2 & d == 1) { d = 1 }", "'and' is &&"},
        {"c = a**2", "a power is a^b"},
        {"c += 2", "write c = c + ..."},
        {"c++", "write c = c + ..."},
        {"// text", "a comment begins with ':'"},
        {"# text", "a comment begins with ':'"},
        {"return c", "the result of a FUNCTION"},
        {"double q", "declared with LOCAL"},
        {"for (i = 0; i < 3; i++) { c = i }", "a loop is FROM"},
        {"if (a > 1) c = 2", "a single statement stands in braces, too"},
        {"if (a <> 1) { c = 2 }", "inequality is !="},
    };
    for (auto const& [text, answer] : answers) {
        auto const found = to_string(compiled(in_breakpoint(text)).found);
        INFO(found);
        CHECK(has(found, answer));
    }
}

TEST_CASE("elements that no array has are errors, also in loops") {
    auto const array = [](std::string const& text) {
        return findings(mod_file(text, "", "ASSIGNED { w[3] }\nDEFINE N 3"));
    };
    CHECK(array("INITIAL { w[3] = 1 }") == "11:11 nmodl-index-out-of-range\n");
    CHECK(array("INITIAL { FROM i = 0 TO N { w[i] = 1 } }") == "11:29 nmodl-index-out-of-range\n");
    CHECK(array("INITIAL { LOCAL q[2] FROM i = 0 TO N-1 { w[i] = q[N-2] } }").empty());
    CHECK(array("INITIAL { LOCAL q[N] q[0] = 1 w[-1] = q[0] }") == "11:31 nmodl-index-out-of-range\n");
    CHECK(array("INITIAL { LOCAL q[30000] q[0] = 1 }") == "11:11 nmodl-array-size\n");
}

TEST_CASE("what would never end or never fit is an error") {
    std::string deep, chain, doubling = "FUNCTION f0(u) { f0 = u }\n";
    for (int i = 0; i < 3000; ++i) deep += "(", chain += " + a";
    for (int i = 1; i < 40; ++i) {
        auto const below = "f" + std::to_string(i - 1);
        doubling += "FUNCTION f" + std::to_string(i) + "(u) { f" + std::to_string(i) + " = " + below + "(u) + " +
                    below + "(2*u) }\n";
    }
    CHECK(findings(in_breakpoint("c = " + deep)).starts_with("11:"));
    CHECK(has(findings(in_breakpoint("c = a" + chain)), "nmodl-syntax"));
    CHECK(has(findings(mod_file(doubling + "INITIAL { c = f39(v) }")), "nmodl-too-large"));
    CHECK(findings(in_breakpoint("FROM i = 1e17 TO 1e17 + 64 { c = c + i }")).empty());
    CHECK(has(findings(mod_file("", "", "ASSIGNED { w[1e300] }")), "nmodl-array-size"));
    CHECK(has(findings(mod_file("", "", "ASSIGNED { w[60000] }\nASSIGNED { z[60000] }")), "nmodl-array-size"));
    CHECK(has(findings(mod_file("", "USEION na READ ena VALENCE 1e300")), "nmodl-valence"));
}

TEST_CASE("a file that ends inside a block is an error, wherever it ends") {
    for (auto const& file : mod_files("tests/nmodl_lite/mod")) {
        auto const text = to_utf8(read_file(file));
        auto const tokens = tokenize(text, 0, [](auto const&...) {});
        for (auto const& token : tokens) {
            if (token.kind != TokenKind::mark || token.text != "{") continue;
            Diagnostics found;
            parse(std::string_view(text).substr(0, token.end), file.string(), found);
            INFO(file.string() << ':' << token.at.line);
            CHECK(found.has_errors());
        }
    }
}
