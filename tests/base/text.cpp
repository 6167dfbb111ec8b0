#include "base/text.hpp"

#include <doctest/doctest.h>

#include "base/diagnostics.hpp"

using namespace rall;

TEST_CASE("a misspelt name is answered with the nearest known one") {
    CHECK(did_you_mean("gnabr", {"gkbar", "gnabar", "el"}) == "did you mean 'gnabar'?");
    CHECK(did_you_mean("RA", {"Ra", "cm"}) == "did you mean 'Ra'?");
    CHECK(did_you_mean("xyz", {"Ra", "cm"}) == "known: Ra, cm");
    CHECK(did_you_mean("xyz", {}).empty());
    CHECK(edit_distance("kitten", "sitting") == 3);
    CHECK(edit_distance("cnepx", "cnexp") == 1);
    CHECK(did_you_mean("RNAGE", {"RANGE", "READ"}) == "did you mean 'RANGE'?");
}

TEST_CASE("text of any bytes becomes UTF-8") {
    CHECK(to_utf8("10 \xb5m") == "10 \u00b5m");
    CHECK(to_utf8("\u00b5 \u20ac \U0001f9e0") == "\u00b5 \u20ac \U0001f9e0");
    CHECK(to_utf8("\xe2\x82") == "\u00e2\u0082");            // a letter that breaks off
    CHECK(to_utf8("\xc0\x80") == "\u00c0\u0080");            // a long form of NUL
    CHECK(to_utf8("\xed\xa0\x80") == "\u00ed\u00a0\u0080");  // half of a pair
}

TEST_CASE("a caret stands right in lines with tabs, letters of several bytes, and in very long ones") {
    auto below = [](std::string line, int column) {
        auto const text = to_string(Diagnostic{Severity::error, "", {"a", 1, column}, "m", "", std::move(line)});
        return text.substr(text.find('\n') + 1);
    };
    CHECK(below("\ta\tb", 4) == "    \ta\tb\n    \t \t^");
    CHECK(below("\u00b5\u00b5 b", 6) == "    \u00b5\u00b5 b\n       ^");
    CHECK(below("\xb5\xb5 b", 4) == "    \u00b5\u00b5 b\n       ^");
    CHECK(below("ab", 99) == "    ab\n      ^");
    CHECK(below("a\x1b[31m", 1) == "    a?[31m\n    ^");
    auto const cut = below(std::string(1000, 'x') + "y" + std::string(1000, 'z'), 1001);
    CHECK(cut ==
          "    ..." + std::string(100, 'x') + "y" + std::string(99, 'z') + "...\n    " + std::string(103, ' ') + "^");
}

TEST_CASE("many errors are printed up to the fiftieth") {
    Diagnostics all;
    for (int i = 0; i < 52; ++i) all.error("c", {"f", i + 1, 0}, "m");
    auto const text = to_string(all);
    CHECK(text.ends_with("f:50: error: m [c]\nf: and 2 more errors"));
}

TEST_CASE("findings are sorted by their places") {
    Diagnostics all;
    all.error("a", {"one", 3, 0}, "");
    all.error("b", {"two", 1, 0}, "");
    all.error("c", {"one", 2, 5}, "");
    all.error("d", {"one", 2, 1}, "");
    all.sort_by_place();
    std::string order;
    for (auto const& item : all.items()) order += item.code;
    CHECK(order == "dcab");
}

TEST_CASE("a diagnostic prints as a compiler does, the caret under its column") {
    Diagnostic const d{Severity::error,         "swc-not-a-number", {"cell.swc", 12, 5},
                       "'abc' is not a number", "give x in um",     "1 1 abc"};
    CHECK(to_string(d) ==
          "cell.swc:12:5: error: 'abc' is not a number [swc-not-a-number]\n    1 1 abc\n        ^\n    give x in um");
}

TEST_CASE("a file that is not there is named") {
    CHECK_THROWS_WITH_AS(
        read_file("/nowhere/cell.swc"),
        "/nowhere/cell.swc: error: cannot read this file: No such file or directory [file-not-readable]\n"
        "    check the name and its permissions",
        InputError);
}
