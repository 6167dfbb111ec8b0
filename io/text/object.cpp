#include "io/text/object.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <set>
#include <utility>

#include "base/text.hpp"

namespace rall::io {
namespace {

std::string shown(double value) { return fmt::format("{}", value); }

/// The number that a text is, blanks and a sign before it allowed; nothing if it is none, or not finite.
std::optional<double> number_in(std::string_view text) {
    auto const begin = text.find_first_not_of(" \t\r\n"), last = text.find_last_not_of(" \t\r\n");
    if (begin == text.npos) return std::nullopt;
    text = text.substr(begin, last - begin + 1);
    if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
    double value = 0;
    auto const* const end = text.data() + text.size();
    auto const [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || stop != end || !std::isfinite(value)) return std::nullopt;
    return value;
}

void without_effect(Diagnostics& diagnostics, std::string const& what, Node const& member, std::string const& why) {
    complain(diagnostics, Severity::note, "config-no-effect", member, fmt::format("{}.{} has no effect here", what, member.key), why, true);
}

/// To which values of other keys a key belongs, in words: "rule": "one_to_one".
std::string owners(Key const& key) {
    std::string text;
    for (auto const& condition : key.with) {
        text += text.empty() ? "" : ", or ";
        for (std::size_t i = 0; i < condition.size(); ++i) {
            auto const& [other, given, values] = condition[i];
            text += i > 0 ? " and " : "";
            if (given) text += fmt::format("{}'{}'", *given ? "" : "what has no ", other);
            for (std::size_t k = 0; k < values.size(); ++k)
                text += fmt::format("{}{}", k == 0 ? fmt::format("\"{}\": ", other) : k + 1 < values.size() ? ", " : " or ", values[k].dump());
        }
    }
    return text;
}

}  // namespace

Object::Object(Node const& node, std::string what, Diagnostics& diagnostics)
    : node_(&node), what_(std::move(what)), diagnostics_(&diagnostics) {
    if (!node.is_object()) wrong_type(node, "an object { }");
}

Object::Object(Node const& node, std::string what, Diagnostics& diagnostics, Keys const& keys) : Object(node, std::move(what), diagnostics) {
    keys_ = &keys;
}

Node const* Object::given(std::string_view key) const {
    if (auto const* found = node_->find(key)) return found;
    auto const* known = keys_ ? keys_->find(key) : nullptr;
    return known && !known->other_name.empty() ? node_->find(known->other_name) : nullptr;
}

Node const* Object::find(std::string_view key) {
    if (keys_) keys_->at(key);
    known_.emplace_back(key);
    return given(key);
}

Node const& Object::at(std::string_view key) {
    auto const* found = find(key);
    return found ? *found : *node_;
}

Node const* Object::required(std::string_view key) {
    auto const* found = find(key);
    if (found || !node_->is_object() || std::ranges::find(missing_, key) != missing_.end()) return found;
    missing_.emplace_back(key);
    error(*diagnostics_, "config-missing", *node_, fmt::format("{} needs '{}'", what_, key), "see docs/config.md");
    return found;
}

std::string Object::name_of(Node const& node) const {
    if (&node == node_) return what_;
    if (!node.key.empty()) return what_ + "." + node.key;
    for (auto const& list : node_->children) {  // of a long list all may be wrong: none is searched for
        auto const *first = list.children.data(), *end = first + list.children.size();
        if (list.is_array() && !std::less<>{}(&node, first) && std::less<>{}(&node, end)) return fmt::format("{}.{}[{}]", what_, list.key, &node - first);
    }
    return what_;
}

void Object::wrong_type(Node const& node, std::string_view expected) {
    error(*diagnostics_, "config-type", node,
          fmt::format("{} is {} {}; expected {}", name_of(node), node.is_object() || node.is_array() ? "an" : "a",
                      node.scalar.type_name(), expected));
}

std::optional<double> Object::checked(Node const& node, Range range) {
    auto const given = node.is_number()                       ? std::optional(node.number())
                       : numbers_as_text_ && node.is_string() ? number_in(node.text())
                                                              : std::nullopt;
    if (!given) return wrong_type(node, "a number"), std::nullopt;
    double const value = *given;
    if (!std::isfinite(value)) return wrong_type(node, "a number that is finite"), std::nullopt;
    bool const low_enough = range.with_low ? value >= range.low : value > range.low;
    if (low_enough && value <= range.high) return value;
    std::string limits;
    if (std::isfinite(range.low))
        limits = fmt::format("{} {}", range.with_low ? "at least" : "more than", shown(range.low));
    if (std::isfinite(range.high))
        limits += fmt::format("{}at most {}", limits.empty() ? "" : " and ", shown(range.high));
    error(*diagnostics_, "config-range", node, fmt::format("{} is {}; expected {}", name_of(node), shown(value), limits));
    return std::nullopt;
}

double Object::number(std::string_view key) {
    auto const& row = keys_->at(key);
    if (row.standard.is_number()) return number(key, row.standard.number());
    double const anything = std::isfinite(row.range.low) ? row.range.low + 1 : 1;
    auto const* found = required(key);
    return found ? checked(*found, row.range).value_or(anything) : anything;
}

double Object::number(std::string_view key, double standard) {
    auto const& row = keys_->at(key);
    if (auto const* found = find(key)) return checked(*found, row.range).value_or(standard);
    assumed(key, shown(standard) + (row.units.empty() ? "" : " ") + row.units);
    return standard;
}

std::optional<double> Object::optional_number(std::string_view key) { return optional_number(key, keys_ ? keys_->at(key).range : any_number); }

std::optional<double> Object::optional_number(std::string_view key, Range range) {
    auto const* found = find(key);
    return found ? checked(*found, range) : std::nullopt;
}

std::int64_t Object::integer(std::string_view key) {
    auto const& row = keys_->at(key);
    auto const low = static_cast<std::int64_t>(row.range.low), high = static_cast<std::int64_t>(row.range.high);
    if (!has(key) && !row.standard.is_number()) return required(key), low;
    return integer(key, row.standard.is_number() ? row.standard.integer() : low, low, high);
}

std::int64_t Object::integer(std::string_view key, std::int64_t fallback, std::int64_t low, std::int64_t high) {
    auto const* found = find(key);
    if (!found) return assumed(key, fmt::format("{}", fallback)), fallback;
    bool const whole = found->is_number() && found->number() == std::floor(found->number());
    if (!whole) return wrong_type(*found, "a whole number"), fallback;
    auto const value = checked(*found, {static_cast<double>(low), true, static_cast<double>(high)});
    return value ? found->scalar.integer() : fallback;
}

bool Object::flag(std::string_view key) {
    auto const& standard = keys_->at(key).standard;
    bool const fallback = standard.is_boolean() && standard.boolean();
    auto const* found = find(key);
    if (!found) return fallback;
    if (!found->scalar.is_boolean()) return wrong_type(*found, "true or false"), fallback;
    return found->scalar.boolean();
}

std::optional<std::string> Object::optional_text(std::string_view key) {
    auto const* found = find(key);
    if (!found) return std::nullopt;
    if (!found->is_string()) return wrong_type(*found, "a string"), std::nullopt;
    return found->text();
}

std::string Object::text(std::string_view key) {
    auto const& standard = keys_->at(key).standard;
    if (!standard.is_string()) return required_text(key);
    if (!has(key)) assumed(key, standard.dump());
    return optional_text(key).value_or(standard.text());
}

std::string Object::required_text(std::string_view key) {
    required(key);
    return optional_text(key).value_or("");
}

std::string Object::choice(std::string_view key) {
    auto const& row = keys_->at(key);
    if (row.required) required(key);
    return choice(key, row.choices);
}

std::string Object::choice(std::string_view key, std::vector<std::string> const& choices) {
    auto const given = optional_text(key);
    if (!given) return choices.front();
    if (std::find(choices.begin(), choices.end(), *given) != choices.end()) return *given;
    error(*diagnostics_, "config-value", *find(key),
          fmt::format("{}.{} is '{}', which is not supported", what_, key, *given), did_you_mean(*given, choices));
    return choices.front();
}

std::vector<Node const*> Object::texts(std::string_view key) {
    auto const* found = find(key);
    if (!found) return {};
    if (found->is_string()) return {found};
    std::vector<Node const*> list;
    if (!found->is_array()) wrong_type(*found, "a string or a list of strings");
    else
        for (auto const& child : found->children) {
            if (child.is_string()) list.push_back(&child);
            else
                error(*diagnostics_, "config-type", child,
                      fmt::format("{}.{}: expected strings in this list", what_, key));
        }
    return list;
}

std::vector<double> Object::numbers(std::string_view key) { return numbers(key, keys_ ? keys_->at(key).range : any_number); }

std::vector<double> Object::numbers(std::string_view key, Range range) {
    std::vector<double> list;
    auto const* found = find(key);
    if (!found) return list;
    if (!found->is_array()) return wrong_type(*found, "a list of numbers"), list;
    for (auto const& child : found->children)
        if (auto const value = checked(child, range)) list.push_back(*value);
    return list;
}

void Object::ignore(std::string_view key, std::string const& why) {
    if (auto const* found = find(key)) without_effect(*diagnostics_, what_, *found, why);
}

void Object::assumed(std::string_view key, std::string const& value) {
    if (!node_->is_object()) return;
    assumed_ += fmt::format("{}{} = {}", assumed_.empty() ? "" : ", ", key, value);
}

bool Object::holds(Condition const& condition) const {
    return std::ranges::all_of(condition, [&](auto const& wanted) {
        auto const* found = given(wanted.key);
        if (wanted.given) return (found != nullptr) == *wanted.given;
        auto const& value = found ? found->scalar : keys_->find(wanted.key)->standard;
        return std::ranges::find(wanted.values, value) != wanted.values.end();
    });
}

bool Object::belongs(Key const& key) const {
    return key.with.empty() || std::ranges::any_of(key.with, [&](auto const& condition) { return holds(condition); });
}

bool Object::asked(Key const& key) const {
    return std::ranges::any_of(known_, [&](auto const& name) { return name == key.name || name == key.other_name; });
}

/// What the table says of its keys. Returns members that it does not know, or that nobody asked for; `known` are names that they may have meant.
std::vector<Node const*> Object::check_table(std::vector<std::string>& known) {
    std::vector<Node const*> unknown;
    for (auto const& child : node_->children) {
        auto const* row = keys_->find(child.key);
        if (!row) {
            unknown.push_back(&child);
        } else if (row->name == "$schema") {
            continue;  // for editors
        } else if (child.key == row->other_name && node_->find(row->name)) {
            error(*diagnostics_, "config-conflict", child, fmt::format("{}: '{}' and '{}' say the same; expected one of them", what_, row->name, child.key));
        } else if (!belongs(*row)) {
            if (!asked(*row))
                complain(*diagnostics_, Severity::error, "config-conflict", child, fmt::format("{}: '{}' belongs to {}", what_, child.key, owners(*row)), {}, true);
        } else if (!row->no_effect.empty()) {
            without_effect(*diagnostics_, what_, child, row->no_effect);
        } else if (!asked(*row)) {
            unknown.push_back(&child);
        }
    }
    for (auto const& row : keys_->rows()) {
        if (!belongs(row)) continue;
        if (row.required) required(row.name);
        known.push_back(row.name);
        if (!row.other_name.empty()) known.push_back(row.other_name);
    }
    return unknown;
}

/// Without a table: members that nobody asked for; `known` are those that somebody has, in order, each once.
std::vector<Node const*> Object::check_asked(std::vector<std::string>& known) const {
    std::vector<Node const*> unknown;
    std::set<std::string_view> asked;
    for (auto const& key : known_)
        if (asked.insert(key).second) known.push_back(key);
    for (auto const& child : node_->children)
        if (!asked.contains(child.key)) unknown.push_back(&child);
    return unknown;
}

void Object::finish() {
    if (!node_->is_object()) return;
    std::vector<std::string> known;
    auto const unknown = keys_ ? check_table(known) : check_asked(known);
    constexpr std::size_t most = 40;  // that are told one by one
    for (std::size_t i = 0; i < std::min(most, unknown.size()); ++i)
        complain(*diagnostics_, Severity::error, "config-unknown-key", *unknown[i],
                 fmt::format("{} has no key '{}'", what_, unknown[i]->key), did_you_mean(unknown[i]->key, known), true);
    if (unknown.size() > most)
        complain(*diagnostics_, Severity::error, "config-unknown-key", *unknown[most],
                 fmt::format("{} has no key '{}' either, nor {} more that are given", what_, unknown[most]->key, unknown.size() - most - 1), {}, true);
    if (!assumed_.empty())
        complain(*diagnostics_, Severity::note, "config-defaults", *node_,
                 fmt::format("{}: not given, so {}", what_, assumed_));
}

}  // namespace rall::io
