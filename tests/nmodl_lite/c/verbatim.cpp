#include "tests/nmodl_lite/helpers.hpp"

using namespace rall;
using namespace rall::nmodl;
using namespace rall::nmodl::test;

namespace {

std::string file(std::string const& blocks, std::string const& neuron = {}, std::string const& assigned = {}) {
    return "NEURON {\n POINT_PROCESS test\n RANGE a\n" + neuron + "\n}\nPARAMETER { a = 1 }\nASSIGNED { v b w[3] " +
           assigned + " }\n" + blocks + "\n";
}

std::string verbatim(std::string const& c) { return "VERBATIM\n" + c + "\nENDVERBATIM\n"; }

/// INITIAL of a file that has this C there, in NMODL and without line ends.
std::string initial(std::string const& c, std::string const& blocks = {}) {
    Diagnostics found;
    auto text = show(parse(file("INITIAL {\n" + verbatim(c) + "}\n" + blocks), "test.mod", found), "verbatim", found);
    CHECK_MESSAGE(!found.has_errors(), to_string(found));
    text = text.substr(text.find("INITIAL {"));
    text = text.substr(10, text.find("\n}") - 9);
    std::string line;
    for (char const c : text)
        if (c != ' ' || (!line.empty() && line.back() != ' ')) line += c == '\n' ? ' ' : c;
    return line;
}

std::string complaint(std::string const& text) { return to_string(compiled(text).found); }

}  // namespace

TEST_CASE("C that says nothing leaves nothing") {
    CHECK(initial("/* x */ return 0; // y") == "");
    CHECK(initial("{;} extern double f(); extern int g(int, double*);") == "");
    CHECK(initial("#ifdef CORENEURON_BUILD\n b = nonsense(1);\n#endif") == "");
    CHECK(initial("if (_nt != nrn_threads) { b = nonsense(1); }") == "");
    CHECK(initial("b = b; (void)b;") == "");
}

TEST_CASE("C computes with its own types") {
    CHECK(initial("b = 7/2 + 7/2. + 7%4;") == "b = 9.5 ");
    CHECK(initial("b = (int)2.7 + (int)-2.7 + (double)1/4;") == "b = 0.25 ");
    CHECK(initial("int n = a; b = n;") == "LOCAL n n = a - fmod(a, 1) b = n ");
    CHECK(initial("w[1] = -a; w[(int)b]++;") == "w[1] = -a w[b - fmod(b, 1)] = w[b - fmod(b, 1)] + 1 ");
    CHECK(initial("float x = .5f; b += x; b *= 0x10 + 010;") == "LOCAL x x = 0.5 b = b + x b = b * 24 ");
}

TEST_CASE("what C does on the way is done before") {
    CHECK(initial("int i = 0; b = w[i++];") == "LOCAL i, before i = 0 before = i i = i + 1 b = w[before] ");
    CHECK(initial("b = a > 0 ? 1 : 2;") == "if (a > 0) { b = 1 } else { b = 2 } ");
    CHECK(initial("if (a > 0 && w[(int)a] > 1) b = 1;") ==
          "LOCAL holds holds = a > 0 if (holds != 0) { holds = w[a - fmod(a, 1)] > 1 } if (holds) { b = 1 } ");
    CHECK(initial("for (;;) { if (b > 3) break; b++; }") ==
          "LOCAL stopped stopped = 0 while (stopped == 0) { if (b > 3) { stopped = 1 } else { b = b + 1 } } ");
}

TEST_CASE("macros are what they stand for") {
    CHECK(initial("#define N 3\n#define SUM(x, y) ((x) + (y))\n b = SUM(N, a*2);") == "b = 3 + a * 2 ");
    CHECK(
        initial("#if defined(NRN_VERSION_GTEQ_8_2_0) && !NRN_VERSION_GTEQ(9, 0, 0)\n b = 1;\n#else\n b = 2;\n#endif") ==
        "b = 1 ");
    CHECK(initial("#define a (a + 1)\n b = a;") == "b = a + 1 ");
}

TEST_CASE("#if hides what stands between it and its #endif, NMODL and FUNCTIONs in between included") {
    CHECK(initial("#if 0\nENDVERBATIM\nb = 1\nVERBATIM\n#else\nENDVERBATIM\nb = 2\nVERBATIM\n#endif") == "b = 2 ");
    CHECK(initial("#ifdef NO\n b = 3;\nENDVERBATIM\nif (a > 1) { b = 1 }\nVERBATIM\n#endif\n b = 4;") == "b = 4 ");
    auto const hidden = verbatim("#if 0\n") + "FUNCTION f(x) { f = nonsense(x) }\n" + verbatim("#else\n") +
                        "FUNCTION f(x) { f = 2*x }\n" + verbatim("#endif\n");
    CHECK(findings(file(hidden + "INITIAL { b = f(a) }")).empty());
}

TEST_CASE("functions, constants and variables of file level serve C and NMODL") {
    auto const c =
        verbatim("#define HALF 0.5\nstatic double f(double x) { return x*HALF; }\nstatic double kept = 2;\n");
    CHECK(initial("b = f(kept);", c) == "b = f(kept) ");
    CHECK(findings(file(c + "INITIAL { b = f(HALF) + kept }")).empty());
    CHECK(has(complaint(file(c + "INITIAL { b = f(HALF) + kept }")), "'kept' becomes one of each instance"));
}

TEST_CASE("pointers into an array are places in it") {
    CHECK(initial("double *p = w; b = *p + p[2];") == "b = w[0] + w[2] ");
    CHECK(initial("double *p = w + 1; b = *p++; b += *p;") ==
          "LOCAL p, before p = 1 before = p p = p + 1 b = w[before] b = b + w[p] ");
    CHECK(initial("double *p = &w[1], *q = w; b = p - q + (p > q);") == "b = 2 ");
    CHECK(initial("double y[2], *p; if (a) p = w; else p = w; p = y; *p = 1;") ==
          "LOCAL y[2], p, p_1 if (a) { p = 0 } else { p = 0 } p_1 = 0 y[p_1] = 1 ");
    CHECK(initial("double x[2]; *(x + 1) = a; b = x[1];") == "LOCAL x[2] x[1] = a b = x[1] ");
}

TEST_CASE("static numbers and arrays of C live on in each instance, whole numbers as whole numbers") {
    auto const c = verbatim("static int n; static double kept[3];");
    CHECK(initial("n = (n + 1)%3; kept[n] = n/2;", c) ==
          "LOCAL untruncated n = fmod(n + 1, 3) untruncated = n / 2 "
          "kept[n] = untruncated - fmod(untruncated, 1) ");
}

TEST_CASE("a hoc Vector is a VECTOR") {
    auto const shown = [](std::string const& c, std::string const& neuron = {}) {
        Diagnostics found;
        auto const text =
            show(parse(file("INITIAL {\n" + verbatim(c) + "}", neuron, "space"), "test.mod", found), "verbatim", found);
        CHECK_MESSAGE(!found.has_errors(), to_string(found));
        return text;
    };
    auto const old =
        shown("void* vv; vv = *((void**)(&space)); if (vv) { b = vector_vec(vv)[1] + vector_capacity(vv); }");
    CHECK(has(old, "VECTOR space"));
    CHECK(has(old, "b = vector_value(space, 1) + vector_size(space)"));
    CHECK(!has(old.substr(old.find("ASSIGNED")), "    space\n"));
    CHECK(has(shown("double* x; int n = vector_instance_px((void*)_p_space, &x); x[n - 1] += 2;", "POINTER space"),
              "vector_store(space, n - 1, vector_value(space, n - 1) + 2)"));
    CHECK(has(shown("b = (&space)[(int)a];", "POINTER space"), "vector_value(space, a - fmod(a, 1))"));
    auto const same = [](std::string const& neuron, std::string const& initial) {
        return compiled(file("INITIAL {\n" + initial + "}", neuron)).cpp;
    };
    CHECK(same("VECTOR r", "b = vector_value(r, 2)") ==
          compiled(file("INITIAL {\n" + verbatim("b = vector_vec(*(void**)&r)[2];") + "}", {}, "r")).cpp);
    CHECK(has(complaint(file("INITIAL { b = r }", "VECTOR r")), "'r' is a VECTOR, no variable"));
    CHECK(has(complaint("NEURON { SUFFIX test VECTOR r }\nASSIGNED { b }\nINITIAL { b = vector_size(r) }"),
              "a density mechanism has no VECTOR: 'r'"));
    CHECK(has(complaint(file("INITIAL { b = vector_size(a) }")), "the first argument of vector_size is no VECTOR"));
}

TEST_CASE("C that is not understood is left out where it cannot run") {
    auto const left_out = [](std::string const& more, std::string const& c = "link->count = 1; b = link->time;") {
        return compiled(file("INITIAL { if (n > 0) {\n" + verbatim(c) + "} }\n" + more, {}, "n m"));
    };
    auto const fine = left_out("PROCEDURE fill() {\n" + verbatim("n = *getarg(1);") + "}");
    CHECK(!fine.cpp.empty());
    CHECK(has(to_string(fine.found), "it would run only where n > 0, and nothing here makes that so"));
    CHECK(has(to_string(fine.found), "the member 'count' of a structure"));
    Diagnostics found;
    auto const text = file("INITIAL { if (n > 0) {\n" + verbatim("b = link->time;") + "} }", {}, "n");
    CHECK(has(show(parse(text, "test.mod", found), "verbatim", found), "b = sqrt(-1)"));
    CHECK(!left_out("BREAKPOINT { n = 0 if (n > 0) { m = 1 n = m } }").cpp.empty());
    for (char const* sets : {"BREAKPOINT { n = 1 }", "BREAKPOINT { up() }\nPROCEDURE up() { n = n + 1 }",
                             "NET_RECEIVE(x) { if (b >= 0) { n = x } }", "BREAKPOINT { FROM n = 0 TO 1 { b = 1 } }"})
        CHECK_MESSAGE(has(to_string(left_out(sets).found), "error: VERBATIM is not understood"), sets);
    CHECK(has(complaint(file("INITIAL { if (v > 0) {\n" + verbatim("b = q->x;") + "} }")), "error: VERBATIM"));
    CHECK(has(to_string(left_out("BREAKPOINT { b = f(1) }\nFUNCTION f(n) { f = n }").found), "error: VERBATIM"));
    CHECK(has(complaint(file("INITIAL { LOCAL n if (n > 0) {\n" + verbatim("b = q->x;") + "} }")), "error: VERBATIM"));
    CHECK(
        !compiled(file("INITIAL {\n" + verbatim("int i; if (!n) return 0; for (i = 0; i < n; i++) q[i]->x = 1;") + "}",
                       {}, "n"))
             .cpp.empty());
    CHECK(!compiled(file("INITIAL {\n" + verbatim("void* s = hoc_lookup(\"f\"); if (s && a > 0) hoc_call_func(s, 1);") +
                         "}"))
               .cpp.empty());
    auto const built = [](std::string const& more) {
        return complaint(file(
            "CONSTRUCTOR {\n" + verbatim("m = (double)(unsigned long)calloc(1, sizeof(List)); n = 2;") + "}\n" + more,
            {}, "n m"));
    };
    CHECK(has(built(""), "a statement of CONSTRUCTOR is left out: nothing reads what it sets"));
    CHECK(has(built("INITIAL { b = m }"), "error: VERBATIM is not understood: the call 'calloc()'"));
}

TEST_CASE("events of C are those of NMODL") {
    auto const shown = [](std::string const& c) {
        Diagnostics found;
        return show(parse(file("NET_RECEIVE(weight, y) {\n" + verbatim(c) + "}"), "test.mod", found), "verbatim",
                    found);
    };
    CHECK(has(shown("net_send(_tqitem, _args, _pnt, t + 3, 1.);"), "net_send(3, 1)"));
    CHECK(has(shown("net_send((void**)&_tqitem, _args, _pnt, a, 2.);"), "net_send(a - t, 2)"));
    CHECK(has(shown("net_event(_pnt, t);"), "net_event(t)"));
    CHECK(has(shown("_args[1] = _args[0]*2; if (_lflag == 1) _ly = 0;"), "y = weight * 2"));
}

TEST_CASE("a random POINTER says the same as a RANDOM stream") {
    auto const pick = [](std::string const& function, std::string const& c) {
        return file("INITIAL { b = " + function + "() }\nFUNCTION " + function + "() {\n" + verbatim(c) + "}",
                    "POINTER r", "r");
    };
    auto const plain = [](std::string const& function, std::string const& draw) {
        return compiled(file("INITIAL { b = " + function + "() }\nFUNCTION " + function + "() { " + function + " = " +
                                 draw + "(r) }",
                             "RANDOM r"))
            .cpp;
    };
    auto const uniform = plain("next", "random_uniform");
    REQUIRE(has(uniform, "r_n.uniform()"));
    CHECK(compiled(pick("next", "return nrnran123_dblpick((nrnran123_State*)_p_r);")).cpp == uniform);
    CHECK(compiled(pick("next", "_lnext = nrn_random_pick((Rand*)_p_r);")).cpp == uniform);
    CHECK(compiled(pick("next", "if (_p_r) { _lnext = nrn_random_pick(_p_r); } else { _lnext = lost(0); }")).cpp ==
          uniform);
    CHECK(compiled(pick("next",
                        "nrnran123_State** pv = (nrnran123_State**)(&_p_r);\n"
                        "return nrnran123_dblpick(*pv);"))
              .cpp == uniform);
    // Where C does not say what is drawn: the function's name, what stands in for the stream, the comment.
    CHECK(compiled(pick("erand", "return nrn_random_pick(_p_r);")).cpp == plain("erand", "random_negexp"));
    CHECK(compiled(pick("next", "if (_p_r) return nrn_random_pick(_p_r); else return normrand(0, 1);")).cpp ==
          plain("next", "random_normal"));
    CHECK(compiled(pick("next", "/* MUST be set to Random.negexp(1) */ return nrn_random_pick(_p_r);")).cpp ==
          plain("next", "random_negexp"));
    CHECK(has(complaint(pick("erand", "return nrn_random_pick(_p_r);")),
              "'r' is each instance's own stream of random numbers, exponential with mean 1"));
    CHECK(has(complaint(file("INITIAL {\n" + verbatim("b = nrn_random_pick(w);") + "}")),
              "a random stream that is no POINTER of this file"));
}

TEST_CASE("the random functions of old NMODL draw from a stream of their own") {
    auto const old =
        compiled(file("INITIAL { set_seed(a) b = scop_random() + exprand(2) + normrand(1, a) + poisrand(a) }"));
    auto const now =
        compiled(file("INITIAL { b = random_uniform(random_stream) + random_negexp(random_stream, 2) + "
                      "random_normal(random_stream, 1, a) + random_poisson(random_stream, a) }",
                      "RANDOM random_stream"));
    CHECK(!old.cpp.empty());
    CHECK(old.cpp == now.cpp);
    CHECK(has(to_string(old.found), "set_seed is not executed"));
    CHECK(findings(file("FUNCTION exprand(x) { exprand = 2*x }\nINITIAL { b = exprand(3) }"), Severity::note).empty());
}

TEST_CASE("what only hoc could call is left out, with what it alone needs") {
    auto const text =
        file("INITIAL { b = used(1) }\nFUNCTION used(x) {\n" + verbatim("return _lx;") + "}\nPROCEDURE load() {\n" +
                 verbatim("vec = vector_arg(1); _p_vec = 0;") + "}\nFUNCTION both() { load() }",
             "BBCOREPOINTER vec", "vec");
    auto const done = compiled(text);
    CHECK(!done.cpp.empty());
    CHECK(has(to_string(done.found), "both and load are left out"));
    CHECK(!done.mechanism.find("vec"));
}

TEST_CASE("what stands in the way is named") {
    auto const refused = [](std::string const& c) { return complaint(file("INITIAL {\n" + verbatim(c) + "}")); };
    CHECK(has(refused("b = 1;\n c = 2;"),
              "test.mod:11:2: error: VERBATIM is not understood: the name 'c', which nothing"));
    CHECK(has(refused("b = strange(1);"), "write strange as a FUNCTION of NMODL"));
    CHECK(has(refused("b = *getarg(1);"), "make what it asks for a PARAMETER"));
    CHECK(has(refused("b = vector_capacity(0);"), "a hoc Vector that no variable of this file holds"));
    CHECK(
        has(refused("vector_resize(*(void**)&a, 3);"), "a VECTOR has the numbers and the size that the config gives"));
    CHECK(has(refused("b = sizeof(double);"), "'sizeof'"));
    CHECK(has(refused("double *p = w; if (a) p = &b;"), "the pointer 'p', which changes,"));
    CHECK(has(refused("goto end;"), "'goto'"));
    CHECK(has(refused("b = 1"), "the C ends within a statement"));
    CHECK(has(refused("if (a) {"), "a '{' that no VERBATIM of this block closes"));
    CHECK(has(refused("while (1) b = 1;"), "a loop that never ends"));
    CHECK(has(refused("static double m[2] = {1, 2}; m[0] = b;"), "an assignment to 'm', a static array"));
    CHECK(has(refused("b = a ^ 2;"), "the operator '^'"));
    CHECK(has(refused("double* p = &a; b = p + 1;"), "where a number is wanted"));
    CHECK(has(refused("p->x = 1;"), "the member 'x' of a structure"));
    CHECK(has(refused("switch ((int)a) { case 1: b = 1; case 2: b = 2; }"), "runs on into the next one"));
    CHECK(has(refused("b = \"text"), "a quote that is never closed"));
    CHECK(has(refused(std::string(500, '(')), "nested this deeply"));
    std::string sum = "b = a", choices = "b = a", doubling = "#define M0 a\n";
    for (int i = 0; i < 3000; ++i) sum += " + a", choices += " ? a : a";
    for (int i = 1; i < 60; ++i)
        doubling +=
            "#define M" + std::to_string(i) + " M" + std::to_string(i - 1) + " M" + std::to_string(i - 1) + "\n";
    CHECK(has(refused(sum + ";"), "an expression this long"));
    CHECK(has(refused(choices + ";"), "nested this deeply"));
    CHECK(has(refused(doubling + "b = M59;"), "a macro that grows without end"));
}

TEST_CASE("any prefix of C is taken or refused") {
    auto const text =
        file(verbatim("#define F(x) ((x) > 0 ? (x) : -(x))\nstatic int g(int n) { return n*2; }") + "INITIAL {\n" +
             verbatim("int i;\nfor (i = 0; i < 3; i++) { w[i] = F(g(i)/3.); if (i == 2) break; }\n"
                      "switch ((int)a) { case 0: b = 'x'; break; default: return 0; }") +
             "}\n");
    CHECK(!compiled(text).cpp.empty());
    auto const end = text.rfind('}');
    for (auto n = text.find("VERBATIM"); n < end; ++n) {
        auto const found = compiled(text.substr(0, n)).found;
        if (n > text.find("INITIAL {")) CHECK_MESSAGE(found.has_errors(), text.substr(0, n));
    }
}

TEST_CASE("a check that fails makes the result of a FUNCTION no number") {
    auto const text = file("INITIAL { b = checked(a) }\nFUNCTION checked(x) {\n" +
                           verbatim("if (_lx < 0) hoc_execerror(\"negative\", 0);\n _lchecked = 2*_lx;") + "}");
    auto const shown = [&] {
        Diagnostics found;
        return show(parse(text, "test.mod", found), "verbatim", found);
    }();
    CHECK(has(shown, "checked = sqrt(-1)\n    } else {\n        checked = 2 * x"));
}
