#include "tests/nmodl_lite/helpers.hpp"

using namespace rall;
using namespace rall::nmodl::test;

namespace {

/// How many indices of a step of these statements are looked at when it runs.
std::size_t looked_at(std::string const& statements) {
    auto const checked = compiled(mod_file("BREAKPOINT { SOLVE step }\nPROCEDURE step() {\n" + statements + "\n}", "RANGE w",
                                            "ASSIGNED { w[3000] }"));
    REQUIRE_FALSE(checked.found.has_errors());
    CHECK(has(checked.cpp, "kernel::place(") == !checked.mechanism.indices.empty());
    return checked.mechanism.indices.size();
}

}  // namespace

TEST_CASE("an index is looked at when it runs unless it is known to lie inside its array") {
    CHECK(looked_at("w[7] = w[2999]") == 0);
    CHECK(looked_at("FROM i = 0 TO 2999 { w[i] = w[i] + 1 }") == 0);
    CHECK(looked_at("FROM i = 0 TO 2998 { w[i + 1] = w[i] + 1 }") == 0);
    CHECK(looked_at("FROM i = 0 TO 1499 { w[2*i + 1] = w[2999 - 2*i] }") == 0);
    CHECK(looked_at("FROM i = 0 TO 59 { FROM j = i TO 49 { w[50*i + j] = i } }") == 0);

    CHECK(looked_at("w[a] = 1") == 1);
    CHECK(looked_at("w[w[a]] = 1") == 2);
    CHECK(looked_at("FROM i = 0 TO a { w[i] = w[i] + 1 }") == 1);
    CHECK(looked_at("FROM i = 0 TO 2999 { w[i + 1] = 1 }") == 1);
    CHECK(looked_at("FROM i = 0 TO 2999 { w[i - 1] = 1 }") == 1);
    CHECK(looked_at("FROM i = 0 TO 2999 { w[i] = 1 }  w[c] = 1  WHILE (w[d] > 1) { d = d + 1 }") == 2);
}

TEST_CASE("what says where an index is used names the array, its size and the line") {
    auto const checked = compiled("NEURON { SUFFIX test RANGE k, w }\nPARAMETER { k = 1 }\nASSIGNED { w[30] }\n"
                                  "BREAKPOINT { SOLVE step }\nPROCEDURE step() {\n w[1] = 0\n w[k] = 1\n}\n");
    REQUIRE(checked.mechanism.indices.size() == 1);
    auto const& index = checked.mechanism.indices[0];
    CHECK(index.array == "w");
    CHECK(index.size == 30);
    CHECK(index.file == "test.mod");
    CHECK(index.line == 7);
    CHECK(role_of(checked.mechanism, "array index") == nmodl::Role::misplaced);
}
