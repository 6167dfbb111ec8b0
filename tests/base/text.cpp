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
}

TEST_CASE("a diagnostic prints as a compiler does, the caret under its column") {
    Diagnostic const d{Severity::error, "swc-not-a-number", {"cell.swc", 12, 5}, "'abc' is not a number", "give x in um", "1 1 abc"};
    CHECK(to_string(d) ==
          "cell.swc:12:5: error: 'abc' is not a number [swc-not-a-number]\n    1 1 abc\n        ^\n    give x in um");
}

TEST_CASE("a file that is not there is named") {
    CHECK_THROWS_WITH_AS(read_file("/nowhere/cell.swc"),
                         "/nowhere/cell.swc: error: cannot read this file: No such file or directory [file-not-readable]\n"
                         "    check the name and its permissions",
                         InputError);
}
