#include "nmodl_lite/codegen/text.hpp"

#include "base/sha256.hpp"

namespace rall::nmodl {

namespace {

constexpr std::size_t longest_stem = 100;  // of a file's name; file systems take 255 bytes, some of encrypted ones 143

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

/// A backslash continues a line, and so does ??/ where a compiler knows trigraphs.
bool is_plain(char c) { return c >= ' ' && c <= '~' && c != '\\' && c != '?'; }

/// The text where it is a name already, as the lexer sees to; other bytes become _xHH.
std::string identifier(std::string_view text) {
    std::string result;
    for (char const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        if (is_word(c)) result += c;
        else result += {'_', 'x', "0123456789abcdef"[byte >> 4], "0123456789abcdef"[byte & 15]};
    }
    return result.empty() || (result[0] >= '0' && result[0] <= '9') ? "_" + result : result;
}

}  // namespace

std::string cpp_comment(std::string_view text) {
    std::string line = "// ";
    for (char const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        if (is_plain(c) && c != '%') line += c;
        else line += {'%', "0123456789ABCDEF"[byte >> 4], "0123456789ABCDEF"[byte & 15]};
    }
    return line + "\n";
}

std::string cpp_string(std::string_view text) {
    std::string literal = "\"";
    for (char const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        auto const digit = [&](int shift) { return static_cast<char>('0' + (byte >> shift & 7)); };
        if (is_plain(c) && c != '"') literal += c;
        else literal += {'\\', digit(6), digit(3), digit(0)};  // three digits, so that none that follows belongs to it
    }
    return literal + "\"";
}

std::string cpp_name(std::string_view nmodl) { return identifier(nmodl) + "_n"; }

std::string cpp_copy(std::string_view nmodl, int number) { return identifier(nmodl) + "_c" + std::to_string(number); }

std::string header_name(std::string_view mechanism) {
    auto const name = identifier(mechanism);
    return (name.size() <= longest_stem ? name : name.substr(0, longest_stem) + "-" + sha256(name).substr(0, 16)) +
           ".hpp";
}

}  // namespace rall::nmodl
