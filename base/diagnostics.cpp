#include "base/diagnostics.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "base/text.hpp"

namespace rall {

std::string to_string(Location const& where) {
    std::string text = where.file;
    if (where.line > 0) {
        text += ':' + std::to_string(where.line);
        if (where.column > 0) text += ':' + std::to_string(where.column);
    }
    return text;
}

char const* to_string(Severity severity) {
    switch (severity) {
        case Severity::note:
            return "note";
        case Severity::warning:
            return "warning";
        case Severity::error:
            return "error";
    }
    return "";
}

namespace {

constexpr std::size_t most_errors = 50;  // of one file that are printed
constexpr std::size_t half_line = 100;   // bytes of a source line that are shown on either side of the caret

bool continues_letter(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }  // in UTF-8

/// Text as a terminal can show it: UTF-8 without control characters.
std::string printable(std::string_view text) {
    auto result = to_utf8(text);
    for (auto& c : result)
        if ((static_cast<unsigned char>(c) < ' ' && c != '\t') || c == 0x7F) c = '?';
    return result;
}

/// What a message says, names from files in it: printable, and no longer than anybody reads.
std::string told(std::string const& text) {
    constexpr std::size_t most = 8000;
    std::string result;
    for (std::size_t begin = 0;; ++begin) {  // line by line
        auto const end = std::min(text.find('\n', begin), text.size());
        result += printable(std::string_view(text).substr(begin, end - begin));
        if (end == text.size()) break;
        result += '\n';
        begin = end;
    }
    if (result.size() <= most) return result;
    auto end = most;
    while (continues_letter(result[end])) --end;
    return result.substr(0, end) + "...";
}

/// The line and a caret under its byte `column` (from 1; 0: no caret). Tabs are repeated before the caret, so that it stands
/// right however wide they are. Of a long line the part around the caret is shown.
std::string excerpt(std::string_view line, std::size_t column) {
    auto const split = std::min(column > 0 ? column - 1 : 0, line.size());
    auto before = printable(line.substr(0, split)), after = printable(line.substr(split));
    if (before.size() > half_line) {
        auto begin = before.size() - half_line;
        while (continues_letter(before[begin])) ++begin;
        before = "..." + before.substr(begin);
    }
    if (after.size() > half_line) {
        auto end = half_line;
        while (continues_letter(after[end])) --end;
        after = after.substr(0, end) + "...";
    }
    auto text = "\n    " + before + after;
    if (column == 0) return text;
    text += "\n    ";
    for (char const c : before)
        if (!continues_letter(c)) text += c == '\t' ? '\t' : ' ';
    return text + "^";
}

}  // namespace

std::string to_string(Diagnostic const& diagnostic) {
    std::string text = told(to_string(diagnostic.where));
    if (!text.empty()) text += ": ";
    text += std::string(to_string(diagnostic.severity)) + ": " + told(diagnostic.message);
    if (!diagnostic.code.empty()) text += " [" + diagnostic.code + "]";
    if (!diagnostic.source_line.empty())
        text += excerpt(diagnostic.source_line, static_cast<std::size_t>(std::max(diagnostic.where.column, 0)));
    if (!diagnostic.advice.empty()) text += "\n    " + told(diagnostic.advice);
    return text;
}

void Diagnostics::note(std::string code, Location where, std::string message, std::string advice) {
    add({Severity::note, std::move(code), std::move(where), std::move(message), std::move(advice), {}});
}

void Diagnostics::warning(std::string code, Location where, std::string message, std::string advice) {
    add({Severity::warning, std::move(code), std::move(where), std::move(message), std::move(advice), {}});
}

void Diagnostics::error(std::string code, Location where, std::string message, std::string advice) {
    add({Severity::error, std::move(code), std::move(where), std::move(message), std::move(advice), {}});
}

void Diagnostics::append(Diagnostics const& other) {
    for (auto const& item : other.items_) add(item);
}

void Diagnostics::sort_by_place() {
    std::map<std::string, std::size_t> order;
    for (auto const& item : items_) order.try_emplace(item.where.file, order.size());
    std::ranges::stable_sort(items_, {}, [&](Diagnostic const& d) {
        return std::tuple(order.at(d.where.file), d.where.line, d.where.column);
    });
}

void Diagnostics::throw_if_errors() const {
    if (has_errors()) throw InputError(*this);
}

std::string to_string(Diagnostics const& diagnostics) {
    std::string text;
    std::map<std::string, std::size_t> errors;  // per file
    for (auto const& item : diagnostics.items()) {
        if (item.severity == Severity::error && ++errors[item.where.file] > most_errors) continue;
        text += (text.empty() ? "" : "\n") + to_string(item);
    }
    for (auto const& [file, n] : errors)
        if (n > most_errors)
            text +=
                "\n" + (file.empty() ? "" : file + ": ") + "and " + std::to_string(n - most_errors) + " more errors";
    return text;
}

InputError::InputError(Diagnostics diagnostics)
    : std::runtime_error(to_string(diagnostics)), diagnostics_(std::move(diagnostics)) {}

namespace {
Diagnostics just(Diagnostic diagnostic) {
    Diagnostics all;
    all.add(std::move(diagnostic));
    return all;
}
}  // namespace

InputError::InputError(Diagnostic diagnostic) : InputError(just(std::move(diagnostic))) {}

InputError::InputError(std::string code, Location where, std::string message, std::string advice)
    : InputError(
          Diagnostic{Severity::error, std::move(code), std::move(where), std::move(message), std::move(advice), {}}) {}

}  // namespace rall
