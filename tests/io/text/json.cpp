#include "io/text/json.hpp"

#include <doctest/doctest.h>

#include "tests/contains.hpp"

using namespace rall;
using namespace rall::io;

namespace {

std::string failure_of(std::string const& text) {
    try {
        Document::parse(text, "x.json");
    } catch (InputError const& failure) {
        return failure.what();
    }
    return {};
}

}  // namespace

TEST_CASE("every value knows its line and column, comments and escapes included") {
    auto const document = Document::parse(
        "// first\n{\"a\": [1, /* two */ 2.5],\r\n  \"b\\\"{\": {\"c\": \"x\\\\\", \"d\": true}}", "x.json");
    auto const& root = document->root();
    auto const& a = *root.find("a");
    CHECK(root.where().line == 2);
    CHECK(a.children[1].number() == 2.5);
    CHECK(to_string(a.children[1].where()) == "x.json:2:21");
    auto const& b = *root.find("b\"{");
    CHECK(to_string(document->where(b.key_offset)) == "x.json:3:3");
    CHECK(b.find("c")->text() == "x\\");
    CHECK(to_string(b.find("d")->where()) == "x.json:3:29");
}

TEST_CASE("text that is no JSON is an error at the place where it stops being so") {
    CHECK(contains(failure_of("{\"a\": 1,\n \"b\" 2}"), "x.json:2:6: error"));
    CHECK(contains(failure_of("{\"a\": 1e999}"), "json-syntax"));
    CHECK(contains(failure_of(""), "json-syntax"));
    CHECK(contains(failure_of("{\"a\": \"\xFF\"}"), "json-syntax"));
    CHECK(contains(failure_of("{} {}"), "json-syntax"));
    CHECK(contains(failure_of(std::string(100'000, '[')), "json-depth"));
}

TEST_CASE("a key given twice is an error that names both lines") {
    auto const text = failure_of("{\"a\": {\"x\": 1,\n \"y\": 2,\n \"x\": 3}}");
    CHECK(contains(text, "x.json:3:2"));
    CHECK(contains(text, "'x' is given twice"));
    CHECK(contains(text, "line 1"));
}

TEST_CASE("thousands of errors in one long line keep few copies of it") {
    std::string text = "[";
    for (int i = 0; i < 2000; ++i) text += i ? ",1" : "1";
    auto const document = Document::parse(text + "]", "x.json");
    Diagnostics found;
    for (auto const& child : document->root().children) error(found, "odd", child, "one");
    std::size_t kept = 0;
    for (auto const& item : found.items()) kept += !item.source_line.empty();
    CHECK(kept == 64);
    CHECK(found.items().back().where.column == 4000);
}

TEST_CASE("NUL bytes are refused wherever they stand, raw or escaped") {
    using namespace std::string_literals;
    CHECK(contains(failure_of("{}\0"s), "x.json:1:3: error: there is a NUL byte here"));
    CHECK(contains(failure_of("\0"s), "json-nul"));
    CHECK(contains(failure_of("// \0\n1"s), "json-nul"));
    CHECK(contains(failure_of("{\"a\0b\": 1}"s), "json-nul"));
    CHECK(contains(failure_of("{\"a\\u0000b\": 1}"), "x.json:1:2: error: this text holds a NUL"));
    CHECK(contains(failure_of("{\"a\": \"b\\u0000\"}"), "x.json:1:7: error: this text holds a NUL"));
    CHECK(failure_of("{\"a\": \"b\\\\u0000\"}").empty());  // a backslash, then letters
}

TEST_CASE("members of an object are found whether they are few, many or added") {
    for (int const n : {1, 15, 16, 17, 1000}) {
        std::string text = "{";
        for (int i = 0; i < n; ++i) text += (i ? "," : "") + ("\"k" + std::to_string(i) + "\": ") + std::to_string(i);
        auto const document = Document::parse(text + "}", "x.json");
        auto root = document->root();
        Node more;
        more.key = "k0more";
        more.scalar = -1;
        root.append(more);
        for (int i = 0; i < n; ++i) CHECK(root.find("k" + std::to_string(i))->number() == i);
        CHECK(root.find("k0more")->number() == -1);
        CHECK(root.find("k") == nullptr);
        CHECK(root.find("z") == nullptr);
        CHECK(contains(failure_of(text + ", \"k0\": 1}"), "'k0' is given twice"));
    }
}
