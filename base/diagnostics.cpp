#include "base/diagnostics.hpp"

#include <algorithm>
#include <utility>

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
        case Severity::note: return "note";
        case Severity::warning: return "warning";
        case Severity::error: return "error";
    }
    return "";
}

std::string to_string(Diagnostic const& diagnostic) {
    std::string text = to_string(diagnostic.where);
    if (!text.empty()) text += ": ";
    text += std::string(to_string(diagnostic.severity)) + ": " + diagnostic.message;
    if (!diagnostic.code.empty()) text += " [" + diagnostic.code + "]";
    if (!diagnostic.source_line.empty()) {
        text += "\n    " + diagnostic.source_line;
        if (diagnostic.where.column > 0) {
            // Tabs before the caret are repeated, so that it stands under its column however wide a tab is.
            std::string pad;
            auto const wanted = static_cast<std::size_t>(diagnostic.where.column - 1);
            for (std::size_t i = 0; i < wanted; ++i)
                pad += i < diagnostic.source_line.size() && diagnostic.source_line[i] == '\t' ? '\t' : ' ';
            text += "\n    " + pad + "^";
        }
    }
    if (!diagnostic.advice.empty()) text += "\n    " + diagnostic.advice;
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
    items_.insert(items_.end(), other.items_.begin(), other.items_.end());
}

std::size_t Diagnostics::count(Severity severity) const {
    return static_cast<std::size_t>(
        std::count_if(items_.begin(), items_.end(), [&](Diagnostic const& d) { return d.severity == severity; }));
}

void Diagnostics::throw_if_errors() const {
    if (has_errors()) throw InputError(*this);
}

std::string to_string(Diagnostics const& diagnostics) {
    std::string text;
    for (auto const& item : diagnostics.items()) text += (text.empty() ? "" : "\n") + to_string(item);
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
    : InputError(Diagnostic{Severity::error, std::move(code), std::move(where), std::move(message), std::move(advice), {}}) {}

}  // namespace rall
