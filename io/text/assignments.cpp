#include "io/text/assignments.hpp"

#include <fmt/format.h>
#include <muParser.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <optional>

namespace rall::io {
namespace {

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool is_of_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

class Text {
public:
    explicit Text(std::string text) : text_(std::move(text)) {}

    std::vector<Assignment> read() {
        std::vector<Assignment> all;
        for (std::size_t at = skip(0); at < text_.size(); at = skip(at)) {
            auto head = head_at(at);
            if (!head) throw InputError("assignment-syntax", {}, fmt::format("'{}' is no assignment", text_.substr(at, 40)));
            auto end = at = head->end;
            for (; end < text_.size() && text_[end] != ';' && text_[end] != '\n'; ++end)
                if (is_blank(text_[end]) && end + 1 < text_.size() && head_at(end + 1)) break;
            head->assignment.expression = right_side(text_.substr(at, end - at), head->assignment);
            all.push_back(std::move(head->assignment));
            at = end;
        }
        return all;
    }

private:
    struct Head {
        Assignment assignment;
        std::size_t end;  ///< behind the sign
    };

    std::size_t skip(std::size_t at) const {
        while (at < text_.size() && (is_blank(text_[at]) || text_[at] == ';' || text_[at] == '\n')) ++at;
        return at;
    }

    /// "%s.name", "apical.name", "apic[3].name" or "name": object and name; the end is behind it.
    std::optional<std::pair<std::string, std::string>> place_at(std::size_t& at) const {
        auto const name = [&] {
            auto const begin = at;
            if (at < text_.size() && is_letter(text_[at]))
                while (at < text_.size() && is_of_name(text_[at])) ++at;
            return text_.substr(begin, at - begin);
        };
        std::string object;
        if (text_.compare(at, 2, "%s") == 0) object = "%s", at += 2;
        else object = name();
        if (object.empty()) return {};
        if (at < text_.size() && text_[at] == '[') {
            auto const close = text_.find(']', at);
            if (close == std::string::npos || close == at + 1 ||
                !std::all_of(text_.begin() + static_cast<std::ptrdiff_t>(at) + 1, text_.begin() + static_cast<std::ptrdiff_t>(close),
                             [](char c) { return c >= '0' && c <= '9'; }))
                return {};
            object += text_.substr(at, close + 1 - at);
            at = close + 1;
        }
        if (at >= text_.size() || text_[at] != '.') return object == "%s" || object.ends_with(']') ? std::nullopt : std::optional{std::pair{std::string(), object}};
        ++at;
        auto const attribute = name();
        if (attribute.empty()) return {};
        return std::pair{object, attribute};
    }

    std::optional<Head> head_at(std::size_t at) const {
        auto const place = place_at(at);
        if (!place) return {};
        while (at < text_.size() && is_blank(text_[at])) ++at;
        char change = '=';
        if (at < text_.size() && std::string_view("+-*/").find(text_[at]) != std::string_view::npos) change = text_[at++];
        if (at >= text_.size() || text_[at] != '=' || (at + 1 < text_.size() && text_[at + 1] == '=')) return {};
        return Head{{place->first, place->second, change, {}, {}}, at + 1};
    }

    /// What it uses of its object becomes v0, v1, ...
    static std::string right_side(std::string const& text, Assignment& assignment) {
        Text const source(text);
        std::string result;
        for (std::size_t at = 0; at < text.size();) {
            bool const begins = (is_letter(text[at]) || text[at] == '%') && (at == 0 || (!is_of_name(text[at - 1]) && text[at - 1] != '.'));
            auto end = at;
            auto const place = begins ? source.place_at(end) : std::nullopt;
            if (!place || (!place->first.empty() && place->first != assignment.object) || (place->first.empty() && !assignment.object.empty())) {
                result += text[at++];
                continue;
            }
            result += fmt::format("v{}", assignment.used.size());
            assignment.used.push_back(place->second);
            at = end;
        }
        if (std::ranges::all_of(result, is_blank)) throw InputError("assignment-syntax", {}, fmt::format("'{}' is given no value", assignment.name));
        return result;
    }

    std::string text_;
};

}  // namespace

double Assignment::value(double current, std::function<double(std::string const&)> const& value_of) const {
    std::vector<double> values;
    for (auto const& name : used) values.push_back(value_of(name));
    double result = 0;
    try {
        mu::Parser parser;
        for (std::size_t k = 0; k < values.size(); ++k) parser.DefineVar(fmt::format("v{}", k), &values[k]);
        parser.SetExpr(expression);
        result = parser.Eval();
    } catch (mu::Parser::exception_type const& failure) {
        throw InputError("assignment-syntax", {}, fmt::format("{} = {}: {}", name, expression, failure.GetMsg()));
    }
    switch (change) {
        case '+': result = current + result; break;
        case '-': result = current - result; break;
        case '*': result = current * result; break;
        case '/': result = current / result; break;
        default: break;
    }
    if (!std::isfinite(result)) throw InputError("assignment-syntax", {}, fmt::format("{} would become {}", name, result));
    return result;
}

std::vector<Assignment> read_assignments(Node const& node, std::string const& what, Diagnostics& diagnostics) {
    if (!node.is_string()) {
        error(diagnostics, "config-type", node, what + ": expected a text of assignments");
        return {};
    }
    try {
        auto all = Text(node.text()).read();
        for (auto const& assignment : all) assignment.value(1, [](std::string const&) { return 1.0; });
        return all;
    } catch (InputError const& failure) {
        for (auto const& finding : failure.diagnostics().items())
            error(diagnostics, "assignment-syntax", node, fmt::format("{}: {}", what, finding.message),
                  "expected assignments such as \"%s.gbar_NaTg = 0; %s.cm *= 2\": nothing else of hoc or Python is executed");
        return {};
    }
}

}  // namespace rall::io
