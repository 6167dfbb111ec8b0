#include "base/file.hpp"
#include "base/text.hpp"
#include "nmodl_lite/syntax/printer.hpp"
#include "tests/nmodl_lite/helpers.hpp"

using namespace rall;
using namespace rall::nmodl;
using namespace rall::nmodl::test;

namespace {

/// The value of x in `x = <text>` as NMODL again, every operation in parentheses that the tree has.
std::string grouped(Expr const& e) {
    if (e->args.size() == 1 && e->op == Op::negate) return "(-" + grouped(e->args[0]) + ")";
    if (e->args.size() != 2 || e->op == Op::call) return to_nmodl(e);
    auto text = to_nmodl(e);
    auto const first = std::string(1, "+-*/^"[std::string("asmdp").find(std::string(1, e->op == Op::add        ? 'a'
                                                                                       : e->op == Op::subtract ? 's'
                                                                                       : e->op == Op::multiply ? 'm'
                                                                                       : e->op == Op::divide   ? 'd'
                                                                                                             : 'p'))]);
    return "(" + grouped(e->args[0]) + first + grouped(e->args[1]) + ")";
}

std::string grouped(std::string const& text) {
    Diagnostics found;
    auto const program = parse("INITIAL { x = " + text + " }", "test.mod", found);
    REQUIRE(found.empty());
    return grouped(std::get<Assign>(program.blocks[0].body[0].what).value);
}

// The whole grammar, what Rall runs and what it does not.
char const* const everything = R"(TITLE the whole language
NEURON { THREADSAFE POINT_PROCESS all
  USEION ca READ cai, cao WRITE ica, cai VALENCE 2 REPRESENTS [CHEBI:29108]
  USEION x READ xi
  NONSPECIFIC_CURRENT i, j ELECTRODE_CURRENT k
  RANGE a, b GLOBAL c POINTER p BBCOREPOINTER q RANDOM r EXTERNAL apc_metap }
DEFINE N 4
INDEPENDENT { t FROM 0 TO 1 WITH 1 (ms) }
UNITS { (mV) = (millivolt) F = (faraday) (coulomb) R = 8.314 (joule/degC) PI = (pi) (1) }
CONSTANT { k = 1.5 (mM) }
PARAMETER { a = 1 (mV) <0, 10> b c = -2e-3 (1/ms) n[N] }
ASSIGNED { v (mV) w[N] FROM 0 TO 3 START 1 (mM) }
STATE { s FROM 0 TO 1 START 0.5 (mM) <1e-4> ca[N] (mM) }
LOCAL shared, other[N]
FUNCTION_TABLE tau(v (mV)) (ms)
INITIAL { SOLVE kin STEADYSTATE sparse net_send(1, 2) }
BREAKPOINT { SOLVE st METHOD cnexp IFERROR { a = 1 } CONDUCTANCE g USEION ca CONDUCTANCE h
  if (a > 1 && !b) { i = 1 } else if (b == 2) { i = 2 } else { i = 3 }
  while (a != 3) { a = a + 1 }
  { LOCAL inner inner = 2 }
  FROM i = 0 TO N - 1 BY 2 { w[i] = n[i]*2 (mV) }
  MUTEXLOCK PROTECT c = c + 1 MUTEXUNLOCK
  LAG a BY b RESET }
DERIVATIVE st { s' = -s/3 ca[0]' = s }
KINETIC kin { COMPARTMENT i, vol[i] { ca } COMPARTMENT 2 { s } LONGITUDINAL_DIFFUSION 3*k { ca }
  ~ s <-> ca[0] (a, b) ~ 2 s + s -> (c) ~ ca[1] << (f(v)) ~ s -> ca[2] (1)
  CONSERVE s + ca[0] = 1 }
LINEAR lin { ~ s + a = 2 ~ a = b }
NONLINEAR non { ~ s*s = 2 }
DISCRETE dis { s = s@1 }
PROCEDURE rates(v (mV), u) { TABLE x, y DEPEND celsius FROM -100 TO N WITH 200 VERBATIM
   return 0;
ENDVERBATIM
}
FUNCTION f(v) (mV) { TABLE FROM 0 TO 1 WITH 10 f = exp(v) UNITSOFF f = f UNITSON }
NET_RECEIVE(w, z (ms)) { INITIAL { z = 1 } FOR_NETCONS(q, u) { q = 2 } WATCH (v > 3) 1, (v < 2) 2 }
CONSTRUCTOR { } DESTRUCTOR { }
BEFORE BREAKPOINT { a = 1 } AFTER SOLVE { b = 2 }
COMMENT
 nothing counts here: } { NEURON
ENDCOMMENT
)";

}  // namespace

TEST_CASE("every construct of the language is read, and printed so that it reads the same again") {
    Diagnostics found;
    std::string text = everything;
    text.erase(text.find("s@1"), 2);  // no such mark
    auto const program = parse(text, "all.mod", found);
    INFO(to_string(found));
    CHECK(found.empty());
    CHECK(program.blocks.size() == 15);
    auto const printed = to_nmodl(program);
    Diagnostics again;
    CHECK(to_nmodl(parse(printed, "again.mod", again)) == printed);
    INFO(to_string(again));
    CHECK(again.empty());
}

TEST_CASE("every mod file of the project prints as NMODL that reads the same again") {
    for (auto const* folder : {"mechanisms/builtin", "tests/nmodl_lite/mod"})
        for (auto const& file : mod_files(folder)) {
            INFO(file.string());
            Diagnostics found;
            auto const printed = to_nmodl(parse(read_file(file), file.string(), found));
            CHECK(found.empty());
            CHECK(to_nmodl(parse(printed, "again.mod", found)) == printed);
            CHECK(found.empty());
        }
}

TEST_CASE("operators bind as in NEURON's translator") {
    CHECK(grouped("1 - 2 - 3") == "((1-2)-3)");
    CHECK(grouped("-x^2") == "(-(x^2))");
    CHECK(grouped("a^b^c") == "(a^(b^c))");
    CHECK(grouped("2^-x*y") == "((2^(-x))*y)");
    CHECK(grouped("a/b*c") == "((a/b)*c)");
    CHECK(grouped("-a*b") == "((-a)*b)");
    CHECK(grouped("3 (mV) * x") == "(3 (mV)*x)");
}

TEST_CASE("line ends of all systems count as one line each") {
    for (auto const* end : {"\n", "\r\n", "\r"}) {
        auto const text =
            std::string("NEURON { SUFFIX a }") + end + "PARAMETER { b = 1 }" + end + "INITIAL { c = 2 }" + end;
        CHECK(findings(text) == "3:11 nmodl-unknown-name\n");
    }
}

TEST_CASE("comments of every kind are skipped, in any encoding") {
    CHECK(findings("TITLE caf\xe9\nNEURON { SUFFIX a : \xff comment }\n ? another }\n}\nCOMMENT \xc3\xa9 ENDCOMMENT\n")
              .empty());
}

TEST_CASE("many mistakes are reported in one go, each at its place") {
    auto const text = mod_file(
        "INITIAL {\n x = (1 + \n y = 3 +* 4\n x = 2\n}\nBREAKPOINT {\n if x > 2 { y = 1 }\n x + y\n}\nPROCEDRE p() { x "
        "= 1 }\n"
        "FUNCTION f(a b) { f = 1 }\nLOCAL z\nPROCEDURE q() { unknown = 1 }");
    CHECK(findings(text) ==
          "12:4 nmodl-syntax\n16:5 nmodl-syntax\n17:4 nmodl-syntax\n19:1 nmodl-syntax\n20:14 nmodl-syntax\n"
          "22:17 nmodl-unknown-name\n");
}

TEST_CASE("a syntax error shows the line, a caret, what was expected and what was probably meant") {
    Diagnostics found;
    parse("NEURON { SUFIX hh }", "a.mod", found);
    CHECK(to_string(found) ==
          "a.mod:1:10: error: expected a clause of the NEURON block, found 'SUFIX' [nmodl-syntax]\n    NEURON { SUFIX "
          "hh }\n"
          "             ^\n    did you mean 'SUFFIX'?");
}

TEST_CASE("any prefix of any mod file gives diagnostics, not a crash or a hang") {
    std::size_t prefixes = 0;
    auto all = [&](std::string const& text, std::size_t stride) {
        for (std::size_t n = 0; n < text.size(); n += stride, ++prefixes) {
            auto const part = compiled(text.substr(0, n));
            if (part.cpp.empty()) CHECK(part.found.has_errors());
        }
    };
    all(everything, 1);
    for (auto const& file : mod_files("tests/nmodl_lite/mod")) all(read_file(file), 3);
    for (auto const& file : mod_files("mechanisms/builtin")) all(read_file(file), 31);
    CHECK(prefixes > 3000);
}

TEST_CASE("hostile nesting and length end in an error, not in an exhausted stack") {
    std::string const parentheses(100000, '('), braces(100000, '{');
    CHECK(has(findings("INITIAL { x = " + parentheses), "nmodl-syntax"));
    CHECK(has(findings("INITIAL " + braces), "nmodl-syntax"));
    std::string sum = "1", minus;
    for (int i = 0; i < 100000; ++i) sum += "+1", minus += "- ";
    CHECK(has(findings("INITIAL { x = " + sum + " }"), "nmodl-syntax"));
    CHECK(has(findings("INITIAL { x = " + minus + "1 }"), "nmodl-syntax"));
    std::string chain = "INITIAL { if (1) {} ";
    for (int i = 0; i < 10000; ++i) chain += "else if (1) {} ";
    CHECK(has(findings(chain + "}"), "nmodl-syntax"));
}

TEST_CASE("INCLUDE reads a file beside the one that names it, and says so when there is none") {
    auto const folder = std::filesystem::temp_directory_path() / "rall-test-include";
    std::filesystem::create_directories(folder);
    write_file(folder / "main.mod", "NEURON { SUFFIX a }\nINCLUDE \"part.inc\"\nINCLUDE \"missing.inc\"\n");
    write_file(folder / "part.inc", "PARAMETER { p = 3 }\nINITIAL { nothing = p }\n");
    Diagnostics found;
    auto const result = translate_file(folder / "main.mod", found);
    std::filesystem::remove_all(folder);
    REQUIRE(found.items().size() == 2);
    CHECK(found.items()[0].code == "nmodl-include-not-found");
    CHECK(found.items()[1].code == "nmodl-unknown-name");
    CHECK(found.items()[1].where.line == 2);
    CHECK(has(found.items()[1].where.file, "part.inc"));
    CHECK(result.cpp.empty());
}
