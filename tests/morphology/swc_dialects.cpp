// Every way of writing an SWC file that is met in the wild gives the same cell, and says what was unusual.
#include <doctest/doctest.h>

#include "tests/morphology/fixtures.hpp"

using namespace rall;
using namespace rall::morphology;
using namespace rall::morphology::test;

namespace {

std::string replaced(std::string text, std::string const& from, std::string const& to) {
    for (std::size_t i = 0; (i = text.find(from, i)) != std::string::npos; i += to.size())
        text.replace(i, from.size(), to);
    return text;
}

void check_same_cell(Read const& read) {
    auto const expected = test::read(small_cell).morphology;
    REQUIRE(read.morphology.sections.size() == expected.sections.size());
    for (std::size_t i = 0; i < expected.sections.size(); ++i) {
        CHECK(read.morphology.sections[i].name == expected.sections[i].name);
        CHECK(area(read.morphology.sections[i]) == area(expected.sections[i]));
    }
}

}  // namespace

TEST_CASE("a plain file is read without a word") {
    auto const cell = read(small_cell);
    CHECK(to_string(cell.diagnostics) == "");
    CHECK(cell.morphology.n_points == 7);
    CHECK(cell.morphology.regions() == std::vector<std::string>{"soma", "dend", "apic"});
    CHECK(cell.morphology.soma_reading ==
          "one point, as a cylinder with L = diam; 2 neurites are joined to it without length");
}

TEST_CASE("line ends, blanks, comments and separators do not matter") {
    auto const dialect = [](std::string const& text, std::string const& code, int line) {
        CAPTURE(code);
        auto const cell = read(text);
        check_same_cell(cell);
        if (code.empty()) {
            CHECK(cell.diagnostics.empty());
            return;
        }
        auto const* finding = cell.find(code);
        REQUIRE(finding != nullptr);
        CHECK(finding->severity == Severity::note);
        CHECK(finding->where.line == line);
        CHECK(finding->advice.find("strict=yes") != std::string::npos);
        CHECK(error_of(text, with("strict", "yes")) == code + ":" + std::to_string(line));
    };
    dialect(replaced(small_cell, "\n", "\r\n"), "", 0);
    dialect(replaced(small_cell, " ", "\t"), "", 0);
    dialect("\xef\xbb\xbf# made by hand\n\n  # indented\n" + replaced(small_cell, "1 1 0", "   1   1 0"), "", 0);
    dialect(replaced(small_cell, "-1\n", "-1 # the root\n"), "", 0);
    dialect(small_cell.substr(0, small_cell.size() - 1), "", 0);
    dialect(replaced(small_cell, "\n", "\r"), "swc-cr-line-ends", 1);
    dialect(replaced(small_cell, " ", ","), "swc-separators", 1);
    dialect(replaced(small_cell, "5 -1\n", "5 -1 0 0\n"), "swc-extra-fields", 1);
    dialect(replaced(small_cell, "2 3 6", "2.0 3.0 6"), "swc-float-integers", 2);
    dialect("# Zellk\xc3\xb6rper\n" + small_cell, "swc-not-ascii", 1);
    dialect("# Zellk\xf6rper\n" + small_cell, "swc-not-utf8", 1);
}

TEST_CASE("ids may have gaps, start anywhere, and come in any order") {
    CHECK(read("10 1 0 0 0 5 -1\n25 3 6 0 0 1 10\n70 3 9 0 0 1 25\n").diagnostics.empty());
    CHECK(read("0 1 0 0 0 5 -1\n1 3 6 0 0 1 0\n2 3 9 0 0 1 1\n").diagnostics.empty());

    std::string const shuffled =
        "4 3 26 0 0 1 3\n7 4 0 306 0 1 6\n2 3 6 0 0 1 1\n1 1 0 0 0 5 -1\n5 3 16 10 0 0.5 3\n3 3 16 0 0 1 2\n6 4 0 6 0 "
        "1 1\n";
    auto const cell = read(shuffled);
    check_same_cell(cell);
    REQUIRE(cell.find("swc-forward-reference") != nullptr);
    CHECK(cell.find("swc-forward-reference")->message == "4 points are listed before the parent; the first is here");
    CHECK(error_of(shuffled, with("order", "reject")) == "swc-forward-reference:1");

    // Numbers that descend along the tree: no order of the numbers puts parents first.
    auto const descending = read("9 1 0 0 0 5 -1\n7 3 9 0 0 1 8\n8 3 6 0 0 1 9\n");
    CHECK(descending.find("swc-forward-reference")->advice.find("depth first") != std::string::npos);
    CHECK(length(descending.morphology.sections[1]) == doctest::Approx(3));

    auto const kept = read("5 1 0 0 0 5 -1\n3 3 6 0 0 1 5\n4 3 9 0 0 1 3\n");
    CHECK(kept.find("swc-ids-not-ascending")->where.line == 2);
    CHECK(length(kept.morphology.sections[1]) == doctest::Approx(3));
}

TEST_CASE("a root may have the parent 0 where there is no point 0") {
    auto const cell = read("1 1 0 0 0 5 0\n2 3 6 0 0 1 1\n3 3 9 0 0 1 2\n");
    CHECK(cell.morphology.sections.size() == 2);
    CHECK(cell.find("swc-root-parent-zero")->where.line == 1);
}

TEST_CASE("lines that are no points are errors with their place") {
    auto const error = [](std::string const& text) { return error_of("1 1 0 0 0 5 -1\n" + text); };
    CHECK(error("2 3 6 0 0 1\n") == "swc-too-few-fields:2");
    CHECK(error("2 3 six 0 0 1 1\n") == "swc-not-a-number:2");
    CHECK(error("2 3 nan 0 0 1 1\n") == "swc-not-finite:2");
    CHECK(error("2 3 0 inf 0 1 1\n") == "swc-not-finite:2");
    CHECK(error("2 3 0 1e300 0 1 1\n") == "swc-not-finite:2");
    CHECK(error("2 3.5 6 0 0 1 1\n") == "swc-not-an-integer:2");
    CHECK(error("2 3 6 0 0 1 0.1e0\n") == "swc-not-an-integer:2");
    CHECK(error("nan 3 6 0 0 1 1\n") == "swc-not-finite:2");
    CHECK(error("2 1e7 6 0 0 1 1\n") == "swc-integer-too-large:2");
    CHECK(error("2 3 6,5 0 0 1,5 1\n") == "swc-decimal-comma:2");
    Diagnostics diagnostics;
    CHECK_THROWS_WITH_AS(
        parse_swc("1 1 0 0 0 5 -1\n2 3 6 0 x 1 1\n", "cell.swc", {}, diagnostics),
        "cell.swc:2:9: error: 'x' is not a number; expected z [swc-not-a-number]\n    2 3 6 0 x 1 1\n            ^",
        InputError);
}

TEST_CASE("numbers of points are integers of 64 bits, however they are written") {
    auto const chain = [](std::string const& first, std::string const& second, std::string const& parent) {
        return first + " 3 0 0 0 1 -1\n" + second + " 3 10 0 0 1 " + parent + "\n";
    };
    auto const same = [&](std::string const& first, std::string const& parent) {
        return error_of(chain(first, "7", parent)).empty();
    };
    CHECK(same("9007199254740993", "9007199254740993.0"));  // 2^53 + 1, which no double holds
    CHECK(same("720575940621234567", "7.20575940621234567e17"));
    CHECK(same("9223372036854775807", "+9223372036854775807"));
    CHECK(same("12345678901234567", "1234567890123456.70e+01"));
    CHECK(same("-9223372036854775808", "-1"));
    CHECK(same("3000", "3e3"));
    CHECK(same("0", "0.0e5"));
    CHECK(error_of(chain("9007199254740993", "9007199254740992", "9007199254740993")).empty());
    CHECK(error_of(chain("9007199254740993", "9007199254740994", "9007199254740992")) == "swc-missing-parent:2");
    CHECK(error_of(chain("9007199254740993", "9007199254740993", "-1")) == "swc-duplicate-id:2");
    CHECK(error_of(chain("1", "9007199254740993.5", "1")) == "swc-not-an-integer:2");
    for (auto const* large : {"9223372036854775808", "18446744073709551616", "1e19", "1e400", "-9223372036854775809"}) {
        CHECK(error_of(chain(large, "2", "-1")) == "swc-integer-too-large:1");
        CHECK(error_of(chain("1", "2", large)) == "swc-integer-too-large:2");
    }
}

TEST_CASE("a flood of errors is cut short") {
    std::string text = "1 1 0 0 0 5 -1\n";
    for (int i = 2; i < 500; ++i) text += std::to_string(i) + " 3 six 0 0 1 1\n";
    Diagnostics diagnostics;
    CHECK_THROWS_AS(parse_swc(text, "cell.swc", {}, diagnostics), InputError);
    CHECK(diagnostics.items().size() == 11);
    CHECK(diagnostics.items().back().message == "and 488 more lines that cannot be read");
}

TEST_CASE("a file that is not SWC is called so, with what it seems to be") {
    auto const message = [](std::string const& text) -> std::string {
        Diagnostics diagnostics;
        try {
            parse_swc(text, "cell.swc", {}, diagnostics);
        } catch (InputError const& error) {
            return error.diagnostics().items().front().message;
        }
        return "";
    };
    CHECK(message("") == "this file is empty");
    CHECK(message("# only\n# comments\n") == "this file has no points, only comments or blank lines");
    CHECK(message("<?xml version=\"1.0\"?><neuroml>") == "this file is not SWC: it looks like NeuroML");
    CHECK(message("<html>") ==
          "this file is not SWC: it looks like XML or HTML (a web page saved instead of the file?)");
    CHECK(message("(\"CellBody\" (0 0 0 0))") ==
          "this file is not SWC: it looks like Neurolucida ASC: give it the extension .asc");
    CHECK(message("{\"a\": 1}") == "this file is not SWC: it looks like JSON");
    CHECK(message("create soma\nsoma { pt3dadd(0,0,0,1) }") == "this file is not SWC: it looks like NEURON's hoc");
    CHECK(message(std::string("\x89HDF\r\n\x1a\n\0\0", 10)) == "this file is not SWC: it is an HDF5 file");
    CHECK(message(std::string("\x7f"
                              "ELF\0\0\0",
                              7)) == "this file is not SWC: it is a binary file");
    CHECK(message("Dear colleague,\nhere is the cell\n") ==
          "this file is not SWC: its first line of data has no seven numbers");
    CHECK(message(std::string("\xff\xfe"
                              "1\0 \0",
                              6)) == "this file is UTF-16 text; SWC is plain text");
}
