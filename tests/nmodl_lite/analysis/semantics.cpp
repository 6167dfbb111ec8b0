#include "base/text.hpp"
#include "nmodl_lite/analysis/access.hpp"
#include "tests/nmodl_lite/helpers.hpp"

using namespace rall;
using namespace rall::nmodl;
using namespace rall::nmodl::test;

TEST_CASE("what is not supported yet is named with its line, never ignored") {
    CHECK(findings(mod_file("FUNCTION_TABLE f(u, v, w)")) == "10:1 nmodl-not-supported\n");
    CHECK(findings(mod_file("AFTER BREAKPOINT { a = 1 }")) == "10:1 nmodl-no-such-moment\n");
    CHECK(findings(mod_file("CONSTRUCTOR { a = celsius }")) == "10:19 nmodl-constructor\n");
}

TEST_CASE("TABLE and printf are dropped with a word about it") {
    auto const text =
        mod_file("PROCEDURE p(v) {\n TABLE c FROM 0 TO 1 WITH 10\n c = v\n}\nINITIAL { p(v) printf(\"hi %g\", x) }");
    CHECK(findings(text, Severity::note) == "11:2 nmodl-table-ignored\n14:16 nmodl-printf-ignored\n");
}

TEST_CASE("a name that nobody declares is an error with a suggestion") {
    auto const found = compiled(mod_file("INITIAL { x = fabz(aa) y = z1 }", "",
                                          "PARAMETER { gnabar = 1 }\nPROCEDURE p() { c = gnabr }"))
                           .found;
    CHECK(has(to_string(found), "did you mean 'fabs'?"));
    CHECK(has(to_string(found), "did you mean 'gnabar'?"));
    CHECK(found.count(Severity::error) == 4);
}

TEST_CASE("contradictions are errors") {
    CHECK(findings("NEURON { RANGE a }", Severity::warning) == "1:1 nmodl-no-name\n1:16 nmodl-unknown-name\n");
    CHECK(findings(mod_file("PARAMETER { c = 2 }")) == "7:14 nmodl-declared-twice\n");
    CHECK(findings(mod_file("INITIAL { LOCAL q q = 1 x = q }\nINITIAL { LOCAL q q = 2 y = q }")).empty());
    CHECK(findings(mod_file("INITIAL { LOCAL q q = 1 x = q }\nINITIAL { y = q }")) == "11:15 nmodl-unknown-name\n");
    CHECK(findings(mod_file("INITIAL { x = sqrt(1, 2) }")) == "10:15 nmodl-argument-count\n");
    CHECK(findings(mod_file("FUNCTION f(u) { if (u > 0) { f = f(u - 1) } }\nINITIAL { x = f(1) }")) == "");
    CHECK(findings(mod_file("FUNCTION f(u) { f = f(scop_random()) }\nINITIAL { x = f(1) }")) == "10:1 nmodl-recursion\n");
    CHECK(findings(mod_file("INITIAL { celsius = 1 }")) == "10:11 nmodl-not-assignable\n");
    CHECK(has(findings("NEURON { ARTIFICIAL_CELL A }\nASSIGNED { v }\nNET_RECEIVE(w) { v = v + w }"), "3:18 nmodl-not-assignable\n"));
    CHECK(has(findings("NEURON { POINT_PROCESS P }\nASSIGNED { v (mV) }\nNET_RECEIVE(w) { v = -60 }"), "3:18 nmodl-not-assignable\n"));
    CHECK(findings(mod_file("INITIAL { x[0] = 1 }")) == "10:11 nmodl-not-an-array\n");
    CHECK(findings(mod_file("INITIAL { x = w }", "", "ASSIGNED { w[3] }")) == "10:15 nmodl-index-missing\n");
    CHECK(findings(mod_file("BREAKPOINT { SOLVE nothing METHOD cnexp }")) == "10:14 nmodl-unknown-block\n");
    CHECK(findings(mod_file("BREAKPOINT { SOLVE s METHOD gear }\nDERIVATIVE s { x' = -x*x }")) ==
          "10:14 nmodl-method\n");
    CHECK(findings(mod_file("BREAKPOINT { SOLVE s METHOD cnexp }\nDERIVATIVE s { c' = -x }")) ==
          "11:16 nmodl-not-a-state\n");
    CHECK(findings(mod_file("", "USEION na READ en")) == "4:16 nmodl-ion-variable\n");
    CHECK(findings(mod_file("NET_RECEIVE(w) { x = w }")) == "10:1 nmodl-net-receive-in-suffix\n");
    CHECK(findings("NEURON { SUFFIX a }\nUNITS { G = (glorb) (joule) }") == "2:9 nmodl-unit-unknown\n");
    CHECK(findings("NEURON { SUFFIX a }\nUNITS { G = (faraday.) (coulomb) }") == "2:9 nmodl-unit-unknown\n");
    CHECK(findings("NEURON { ARTIFICIAL_CELL a NONSPECIFIC_CURRENT i }") == "1:26 nmodl-artificial-current\n");
}

TEST_CASE("constants of nature have NEURON 8.2's values") {
    // printed by nocmodl as hexadecimal floating point
    auto const text = mod_file(
        "INITIAL { x = F c = R d = PI y = K2 }", "RANGE c, d",
        "UNITS { F = (faraday) (coulomb) R = (k-mole) (joule/degC) PI = (pi) (1) K2 = (faraday) (kilocoulombs) }");
    auto const m = compiled(text).mechanism;
    auto value = [&](char const* variable) {
        double result = 0;
        for (auto const& s : m.initial)
            if (auto const* a = std::get_if<Assign>(&s.what); a && a->target->name == variable)
                result = a->value->value;
        return result;
    };
    CHECK(value("x") == doctest::Approx(0x1.78e555060882cp+16).epsilon(1e-15));
    CHECK(value("c") == doctest::Approx(8.31446261815324).epsilon(1e-15));
    CHECK(value("d") == 3.14159265358979323846);
    CHECK(value("y") == doctest::Approx(0x1.81f0fae775425p+6).epsilon(1e-15));
}

TEST_CASE("each variable gets the role its use asks for") {
    auto const m = compiled(R"(
NEURON { SUFFIX roles USEION ca READ cai, ica WRITE cai USEION na READ ena WRITE ina
  NONSPECIFIC_CURRENT il RANGE gbar, seen, kept, tuned, sometimes GLOBAL shown }
PARAMETER { gbar = 1 (S/cm2) <0, 2> k = 3 tuned = 4 other0 = 5 celsius = 6 }
ASSIGNED { v ena ina cai ica diam hidden seen kept shown sometimes untouched }
STATE { m other }
INITIAL { m = 0 rates() tuned = tuned*2 kept = 1 }
BREAKPOINT {
  SOLVE s METHOD cnexp
  rates()
  ina = gbar*m*(v - ena)
  il = kept*hidden
  if (v > 0) { sometimes = 1 }
}
DERIVATIVE s { rates() m' = (seen - m)/k }
PROCEDURE rates() { hidden = exp(v/k + celsius) seen = 1/(1 + hidden) shown = diam cai = ica }
)")
                       .mechanism;
    CHECK(role_of(m, "gbar") == Role::parameter);
    CHECK(m.find("gbar")->limits == std::pair(0.0, 2.0));
    CHECK(role_of(m, "k") == Role::global);
    CHECK(role_of(m, "tuned") == Role::changed_parameter);
    CHECK(m.find("tuned")->value == 4);
    CHECK(role_of(m, "m") == Role::state);
    CHECK(role_of(m, "seen") == Role::observable);
    CHECK(role_of(m, "shown") == Role::observable);
    CHECK(role_of(m, "kept") == Role::carried);
    CHECK(role_of(m, "sometimes") == Role::carried);
    CHECK(role_of(m, "il") == Role::observable);
    CHECK(role_of(m, "diam") == Role::diam);
    CHECK(role_of(m, "ena") == Role::ion_read);
    CHECK(m.find("ena")->field == IonField::reversal);
    CHECK(role_of(m, "ina") == Role::ion_write);
    CHECK(role_of(m, "cai") == Role::ion_write);
    CHECK(role_of(m, "ica") == Role::ion_read);
    for (auto const* local : {"hidden", "v", "celsius", "untouched"}) CHECK(m.find(local) == nullptr);
    CHECK(m.writes_concentration);
    CHECK(m.has_current());
    CHECK(m.currents == std::vector<std::string>{"ina", "il"});
}

TEST_CASE("a POINTER is a variable that lives elsewhere, and nothing else") {
    auto const m = compiled(R"(
NEURON { SUFFIX points POINTER there, never, changed RANGE here }
ASSIGNED { there here changed }
BREAKPOINT { here = there  changed = changed + 1 }
)")
                       .mechanism;
    CHECK(role_of(m, "there") == Role::pointer);
    CHECK(role_of(m, "changed") == Role::pointer);
    CHECK(m.find("never") == nullptr);
    CHECK(m.writes_pointers);
    CHECK(findings(mod_file("STATE { s }", "POINTER s")) == "4:9 nmodl-pointer\n");
}

TEST_CASE("the current of an ion that is read and written is two variables: the sum and the share") {
    auto const m = compiled(
                       "NEURON { SUFFIX pump USEION ca READ ica WRITE ica }\nASSIGNED { v ica }\nSTATE { s }\n"
                       "BREAKPOINT { SOLVE p ica = s*v }\nPROCEDURE p() { s = s + ica }")
                       .mechanism;
    REQUIRE(m.variables.size() == 3);
    CHECK(m.source("ica")->role == Role::ion_read);
    CHECK(m.destination("ica")->role == Role::ion_write);
}

TEST_CASE("states start from START or from a parameter named <state>0") {
    auto const cpp = compiled("NEURON { SUFFIX s }\nPARAMETER { p0 = 3 }\nSTATE { p q START 0.5 r }").cpp;
    CHECK(has(cpp, "double p_n = p0_n;"));
    CHECK(has(cpp, "double q_n = 0.5;"));
    CHECK(has(cpp, "double r_n = 0.0;"));
}

TEST_CASE("dI/dv comes from the derivative where the current is linear in v, else from NEURON's difference") {
    auto how = [](std::string const& breakpoint, std::string const& more = {}) {
        auto const m =
            compiled(mod_file("BREAKPOINT {\n" + breakpoint + "\n}\n" + more, "NONSPECIFIC_CURRENT i")).mechanism;
        return m.conductance;
    };
    CHECK(how("i = a*x*(v - b)") == "derivative");
    CHECK(how("c = a*x i = c*(v - f(b))", "FUNCTION f(u) { f = exp(u) }") == "derivative");
    CHECK(how("i = f(v)", "FUNCTION f(u) { f = 2*u + x }") == "derivative");
    CHECK(how("if (t > 2) { c = a } else { c = b } i = c*v") == "derivative");
    CHECK(how("i = 3") == "derivative");
    CHECK(how("i = a*exp(v)") == "difference");
    CHECK(how("i = a*v*v") == "difference");
    CHECK(how("if (v > 2) { i = a*v } else { i = 0 }") == "difference");
    CHECK(how("c = c + 1 i = a*v") == "difference");  // counts: NEURON evaluates the block twice
    CHECK(how("CONDUCTANCE a i = a*v*v") == "CONDUCTANCE");
    CHECK(how("c = exp(v) i = a*v") == "derivative");  // v elsewhere does not matter
}

TEST_CASE("cnexp takes each equation's own closed form") {
    auto update = [](std::string const& equation) {
        Diagnostics found;
        auto const program = parse(mod_file("BREAKPOINT { SOLVE s METHOD cnexp }\nDERIVATIVE s { " + equation +
                                             " }\nFUNCTION f(u) { f = u }"),
                                   "t.mod", found);
        auto const text = show(program, "solve", found);
        auto const begin = text.find("PROCEDURE s() {\n") + 16;
        return text.substr(begin, text.find("\n}", begin) - begin);
    };
    CHECK(update("x' = (a - x)/b") == "    x = x + (1 - exp(-(dt / b))) * (a - x)");
    CHECK(update("x' = a*(1 - x) - b*x") == "    x = x + (1 - exp(-(dt * (a + b)))) * (a / (a + b) - x)");
    CHECK(update("x' = -x/b") == "    x = x * exp(-(dt / b))");
    CHECK(update("x' = a + y") == "    x = x + dt * (a + y)");
    CHECK(update("x' = f(y) - x") == "    LOCAL f_now\n    f_now = f(y)\n    x = x + (1 - exp(-dt)) * (f_now - x)");
}

TEST_CASE("an equation that cnexp cannot solve falls back to derivimplicit with a warning, as in NEURON") {
    auto const result =
        compiled(mod_file("BREAKPOINT { SOLVE s METHOD cnexp }\nDERIVATIVE s { x' = -x*x  y' = x - y }"));
    CHECK(result.found.items().size() == 1);
    CHECK(result.found.items()[0].code == "nmodl-not-linear");
    REQUIRE(result.mechanism.methods.size() == 1);
    CHECK(result.mechanism.methods[0].method == "derivimplicit");
    CHECK(result.mechanism.methods[0].states == std::vector<std::string>{"x", "y"});
    CHECK(has(result.cpp, "while ("));
}

TEST_CASE("a linear system is solved in one implicit step without iteration") {
    auto const result = compiled(
        mod_file("BREAKPOINT { SOLVE s METHOD derivimplicit }\nDERIVATIVE s { x' = -a*x + y  y' = x - b*y }"));
    CHECK(result.found.empty());
    CHECK_FALSE(has(result.cpp, "while ("));
}

TEST_CASE("names are made safe for C++ in the kernel only") {
    auto const result = compiled(
        "NEURON { SUFFIX state RANGE double, int, __x }\nPARAMETER { double = 1 }\nASSIGNED { int __x }\n"
        "STATE { class }\nINITIAL { int = double class = int }");
    CHECK(result.found.empty());
    CHECK(has(result.cpp, "struct state_n {"));
    CHECK(result.mechanism.find("double") != nullptr);
    CHECK(has(result.cpp, "{\"double\", \"\", Role::parameter"));
    CHECK(has(result.cpp, "element::double_n"));
    CHECK(has(result.cpp, "{\"__x\", "));
    CHECK_FALSE(has(result.cpp, " __x "));
}

/// All kernels, without the places at which statements stand.
static std::string all_kernels(Program const& program, Diagnostics& found) {
    auto m = check(program, found);
    if (found.has_errors()) return {};
    for (auto& index : m.indices) index.file.clear(), index.line = 0;
    return generate_cpp(m);
}

/// The kernels of the fixed step, without the numbers that keep the names of locals apart.
static std::string fixed_step_kernels(Program const& program, Diagnostics& found) {
    auto m = check(program, found);
    std::erase_if(m.variables, [](Variable const& v) {
        return v.role == Role::derivative || v.role == Role::jacobian || v.role == Role::channels ||
               v.role == Role::gating;
    });
    for (auto* body : {&m.derivative, &m.relax, &m.settle, &m.next_discontinuity, &m.transitions, &m.after_transitions})
        body->clear();
    m.schemes.clear();
    m.odes.clear();
    m.common.clear();
    m.fixed_step_only.clear();
    for (auto& v : m.variables)
        if (v.role == Role::misplaced) v.element = 0;  // behind all others
    for (auto& index : m.indices) index.file.clear(), index.line = 0;  // printed, statements stand elsewhere
    std::string text;
    for (char const c : generate_cpp(m)) {
        bool const digit = c >= '0' && c <= '9';
        if (!(digit && text.ends_with('_'))) text += c;
    }
    return text;
}

TEST_CASE("every pass prints NMODL that makes the same kernels again") {
    for (auto const* folder : {"mechanisms/builtin", "tests/nmodl_lite/mod"})
        for (auto const& file : mod_files(folder)) {
            INFO(file.string());
            Diagnostics found;
            auto const program = parse(read_file(file), file.string(), found);
            auto const kernels = all_kernels(program, found);
            REQUIRE_FALSE(found.has_errors());
            bool solved = false;  // what is printed from there on takes steps, and knows no equations any more
            bool sorted =
                false;  // into kernels: from there on names of locals may differ (tests/nmodl_lite/replay takes over)
            for (auto const& pass : pass_names()) {
                INFO(pass);
                if (pass == "cpp") continue;
                solved = solved || pass == "solve";
                sorted = sorted || pass == "kernels";
                Diagnostics again;
                auto const reread = parse(show(program, pass, found), file.string(), again);
                auto const same = all_kernels(reread, again);
                INFO(to_string(again));
                CHECK_FALSE(again.has_errors());
                if (!solved) CHECK(same == kernels);
                else if (!sorted) CHECK(fixed_step_kernels(reread, again) == fixed_step_kernels(program, again));
            }
        }
}

TEST_CASE("a pass shows what it does") {
    Diagnostics found;
    auto const program = parse(mod_file("INITIAL { x = f(2) FROM i = 0 TO 2 { y = y + i } }\n"
                                         "FUNCTION f(u) { LOCAL c c = u*2 f = c }"),
                               "t.mod", found);
    CHECK(has(show(program, "parse", found), "FROM i = 0 TO 2 {"));
    CHECK(has(show(program, "fold", found), "y = y + 2"));
    CHECK_FALSE(has(show(program, "inline", found), "f(2)"));
    CHECK_FALSE(has(show(program, "kernels", found), "FUNCTION"));
    CHECK(has(show(program, "index", found), ": initial reads nothing; writes x, y\n"));
    CHECK_THROWS_WITH_AS(show(program, "inlin", found), "there is no pass 'inlin'; did you mean 'inline'?", UsageError);
}

TEST_CASE("the index of a kernel holds what it needs from before and what it leaves behind") {
    auto const m = compiled(
                       "NEURON { SUFFIX s USEION ca READ cai, ica WRITE ica RANGE seen, g, table RANDOM r }\n"
                       "PARAMETER { g = 1 k = 2 }\nASSIGNED { v ica cai seen table[3] hidden }\nSTATE { m }\n"
                       "BREAKPOINT { SOLVE p hidden = 2*v seen = hidden if (v > 0) { table[1] = m } ica = g*v }\n"
                       "PROCEDURE p() { m = m + k*cai*random_uniform(r) }")
                       .mechanism;
    auto text = [&](KernelFunction function) {
        auto const access = access_of(m, function);
        std::string names;
        for (auto const* v : access.read) names += v->name + " ";
        names += "->";
        for (auto const* v : access.written) names += " " + v->name;
        return names + " " + std::to_string(doubles_read(access)) + " " + std::to_string(doubles_written(access));
    };
    CHECK(text(KernelFunction::initial) == "-> m 0 1");
    CHECK(text(KernelFunction::current) == "m g table -> ica seen table 5 5");
    CHECK(text(KernelFunction::state) == "m k cai r -> m r 5 2");
    CHECK(functions_of(m) == std::vector{KernelFunction::initial, KernelFunction::current, KernelFunction::state});
}

TEST_CASE("it is known in which part of a step a variable is read and written") {
    auto const m = compiled("NEURON { POINT_PROCESS s NONSPECIFIC_CURRENT i POINTER early, late, ever RANGE g, k, w, x, seen }\n"
                            "PARAMETER { g = 1 k = 2 }\nASSIGNED { v i early late ever w x seen }\nSTATE { m n }\n"
                            "INITIAL { m = ever n = 0 }\n"
                            "BREAKPOINT { SOLVE p METHOD cnexp i = g*m*(v - early) + k*x w = early }\n"
                            "DERIVATIVE p { m' = (late + ever - m)/k }\n"
                            "NET_RECEIVE(weight) { n = n + weight + early }\n"
                            "BEFORE STEP { seen = late x = v }")
                       .mechanism;
    auto const phases = phases_of(m);
    auto const text = [&](std::string const& name) {
        std::string text;
        for (std::size_t k = 0; k < m.variables.size(); ++k)
            if (m.variables[k].name == name)
                for (auto const mask : {phases[k].read, phases[k].written}) {
                    for (auto const& [bit, letter] : {std::pair{phase::at_start, 's'}, {phase::before_solve, 'b'}, {phase::after_solve, 'a'}})
                        if (mask & bit) text += letter;
                    text += '.';
                }
        return text;
    };
    CHECK(text("early") == "b..");
    CHECK(text("late") == "a..");
    CHECK(text("ever") == "sa..");
    CHECK(text("g") == "b..");
    CHECK(text("k") == "ba..");
    CHECK(text("m") == "ba.sa.");
    CHECK(text("n") == "b.sba.");  // an event changes it
    CHECK(text("x") == "b.a.");
    CHECK(text("w") == ".b.");
    CHECK(text("seen") == ".a.");
}
