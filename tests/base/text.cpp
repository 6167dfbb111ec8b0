#include "base/text.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

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

TEST_CASE("what is no regular file is refused without waiting for it") {
    auto const folder = std::filesystem::temp_directory_path() / ("rall-input-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
    std::filesystem::create_symlink("circle", folder / "circle");
    auto const said = [&](std::filesystem::path const& path) -> std::string {
        try {
            read_file(path);
        } catch (InputError const& failure) {
            return failure.what();
        }
        return {};
    };
    auto const has = [](std::string const& text, char const* part) { return text.find(part) != std::string::npos; };
    CHECK(has(said(folder / "pipe"), "cannot read this file: it is a pipe"));
    CHECK(has(said(folder), "it is a directory"));
    CHECK(has(said("/dev/zero"), "it is a device"));
    CHECK(has(said(folder / "circle"), "Too many levels of symbolic links"));
    CHECK(has(said(folder / std::string("pipe\0.swc", 9)), "its name holds a NUL byte"));
    std::filesystem::remove_all(folder);
}

TEST_CASE("control characters of names do not reach a terminal, and messages end somewhere") {
    auto const text =
        to_string(Diagnostic{Severity::error, "odd", {"a\x1b[2J.json"}, "no '\x1b[31m\a'\nbut\ttabs", "say\rso", {}});
    CHECK(text == "a?[2J.json: error: no '?[31m?'\nbut\ttabs [odd]\n    say?so");
    CHECK(to_string(Diagnostic{Severity::error, "odd", {}, std::string(100'000, 'x'), {}, {}}).size() < 9000);
}

TEST_CASE("names are not guessed from thousands, nor from endless words") {
    std::vector<std::string> many;
    for (int i = 0; i < 5000; ++i) many.push_back("name" + std::to_string(i));
    CHECK(near_matches("name1x", many).empty());
    CHECK(near_matches(std::string(1'000'000, 'a'), {std::string(1'000'000, 'b')}).empty());
}

TEST_CASE("a name ends in an index only if it is a whole number in brackets") {
    using Split = std::pair<std::string, int>;
    CHECK(split_index("ring[3]") == Split("ring", 3));
    for (auto const* name : {"ring", "ring[]", "ring[x]", "ring[-1]", "ring[1.5]", "ring[3", "[3]", "ring[99999999999]", "", "]"})
        CHECK(split_index(name) == Split(name, -1));
}
