// Text from outside in generated code.
#include "nmodl_lite/codegen/text.hpp"

#include <algorithm>
#include <random>
#include <set>

#include "nmodl_lite/nmodl.hpp"
#include "tests/nmodl_lite/helpers.hpp"

using namespace rall;

namespace {

/// What a C++ compiler, with trigraphs or without, makes of a string literal; fails the test if it is not one literal.
std::string meaning(std::string const& literal) {
    REQUIRE(literal.size() >= 2);
    CHECK(literal.front() == '"');
    CHECK(literal.back() == '"');
    std::string bytes;
    for (std::size_t i = 1; i + 1 < literal.size(); ++i) {
        char const c = literal[i];
        REQUIRE(c >= ' ');
        REQUIRE(c <= '~');
        REQUIRE(c != '"');
        REQUIRE(c != '?');
        if (c == '\\') {
            bytes += static_cast<char>(std::stoi(literal.substr(i + 1, 3), nullptr, 8));
            REQUIRE(literal.find_first_not_of("01234567", i + 1) >= i + 4);
            i += 3;
        } else {
            bytes += c;
        }
    }
    return bytes;
}

/// All bytes, what is special to C++, and some at random.
std::vector<std::string> texts() {
    std::vector<std::string> all{"",
                                 "\\",
                                 "\"",
                                 "*/",
                                 "/*",
                                 "//",
                                 "?"
                                 "?/",
                                 "?"
                                 "?/\n",
                                 "%0A",
                                 "a\\\nb",
                                 "\r\n",
                                 "R\"(x)\"",
                                 "\\u000a",
                                 "\\N{x}",
                                 "\u202e",
                                 "\u2028",
                                 "\xff\xfe",
                                 "1\0002",
                                 "\033[2J"};
    for (int byte = 0; byte < 256; ++byte)
        for (auto const* after : {"", "0", "7", "x", "\n", "\""})
            all.push_back(std::string(1, static_cast<char>(byte)) + after);
    std::mt19937 random(1);
    for (int i = 0; i < 1000; ++i) {
        std::string text(random() % 40, ' ');
        for (auto& c : text) c = "\n\r\"\\?/*#'%a0_ \t\0\v\f\xe2\x80\xae"[random() % 22];
        all.push_back(text);
    }
    return all;
}

bool is_identifier(std::string const& text) {
    return !text.empty() && !(text[0] >= '0' && text[0] <= '9') &&
           text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == text.npos;
}

}  // namespace

TEST_CASE("whatever a text is, it stays a comment, a string with its bytes, an identifier, a file's name") {
    std::set<std::string> comments;
    auto const all = texts();
    for (auto const& text : all) {
        CAPTURE(text);
        auto const comment = nmodl::cpp_comment(text);
        CHECK(comment.starts_with("// "));
        CHECK(comment.find('\n') == comment.size() - 1);
        CHECK(std::ranges::all_of(comment,
                                  [](char c) { return (c >= ' ' && c <= '~' && c != '\\' && c != '?') || c == '\n'; }));
        comments.insert(comment);
        CHECK(meaning(nmodl::cpp_string(text)) == text);
        CHECK(is_identifier(nmodl::cpp_name(text)));
        CHECK(is_identifier(nmodl::cpp_copy(text, 3)));
        auto header = nmodl::header_name(text);
        CHECK(header.size() < 143);  // what an encrypted file system takes
        CHECK(header.ends_with(".hpp"));
        std::ranges::replace(header, '-', '_');
        CHECK(is_identifier(header.substr(0, header.size() - 4)));
    }
    CHECK(comments.size() == std::set(all.begin(), all.end()).size());  // it can be read back
    CHECK(nmodl::cpp_name("double") == "double_n");
    CHECK(nmodl::header_name("hh") == "hh.hpp");
    CHECK(nmodl::header_name(std::string(4096, 'x')) != nmodl::header_name(std::string(4095, 'x') + "y"));
}

TEST_CASE("a file without SUFFIX is called after its file only where that is a name") {
    auto const code = [](std::string const& file) {
        Diagnostics found;
        auto const program = nmodl::parse(
            "NEURON { NONSPECIFIC_CURRENT i }\nASSIGNED { i (mA/cm2) }\nBREAKPOINT { i = 0 }\n", file, found);
        nmodl::check(program, found);
        REQUIRE(found.items().size() == 1);
        return to_string(found.items()[0].severity) + (" " + found.items()[0].code);
    };
    CHECK(code("some/na_k2.mod") == "warning nmodl-no-name");
    for (auto const* stem : {"na-k", "2na", "na k", "na\nk", "x { }; int a", "n\xc3\xa4", "", "a.b"})
        CHECK_MESSAGE(code("some/" + std::string(stem) + ".mod") == "error nmodl-no-name", stem);
}
