#include "io/text/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "base/text.hpp"

namespace rall::io {
namespace {

constexpr std::size_t deepest = 64;
constexpr std::size_t few_keys = 32;  // that are searched one after the other

/// Offsets of the first bytes of all keys and values, in order. The library's SAX parser reports the same things in the same order
/// but not where they are. Text that is no JSON gives offsets nobody reads: the parser stops before.
std::vector<std::size_t> token_starts(std::string_view text) {
    std::vector<std::size_t> starts;
    std::size_t i = text.substr(0, 3) == "\xEF\xBB\xBF" ? 3 : 0;
    while (i < text.size()) {
        char const c = text[i];
        if (std::string_view(" \t\r\n,:]}").find(c) != std::string_view::npos) {
            ++i;
        } else if (text.substr(i, 2) == "//") {
            i = std::min(text.find_first_of("\r\n", i), text.size());
        } else if (text.substr(i, 2) == "/*") {
            auto const end = text.find("*/", i + 2);
            i = end == std::string_view::npos ? text.size() : end + 2;
        } else {
            starts.push_back(i);
            if (c == '"') {
                for (++i; i < text.size() && text[i] != '"'; ++i)
                    if (text[i] == '\\') ++i;
                ++i;
            } else if (c == '{' || c == '[') {
                ++i;
            } else {
                i = std::min(text.find_first_of(" \t\r\n,:]}{[\"/", i + 1), text.size());
            }
        }
    }
    return starts;
}

/// Builds the tree from the events of nlohmann's parser, which checks the grammar.
struct Builder : nlohmann::json_sax<nlohmann::json> {
    Document const& document;
    std::vector<std::size_t> starts;
    std::size_t next = 0;
    Node& root;
    std::vector<Node*> open;
    std::string key_text;
    std::size_t key_offset = 0;

    Builder(Document const& document, std::string_view text, Node& root)
        : document(document), starts(token_starts(text)), root(root) {}

    std::size_t take() { return starts.at(next++); }

    Node& add(nlohmann::json scalar) {
        Node* node = &root;
        if (!open.empty()) node = &open.back()->children.emplace_back();
        node->document = &document;
        node->offset = take();
        node->key_offset = key_offset;
        node->key = std::move(key_text);
        node->scalar = std::move(scalar);
        return *node;
    }
    bool leaf(nlohmann::json scalar) { return add(std::move(scalar)), true; }

    bool null() override { return leaf(nullptr); }
    bool boolean(bool value) override { return leaf(value); }
    bool number_integer(number_integer_t value) override { return leaf(value); }
    bool number_unsigned(number_unsigned_t value) override { return leaf(value); }
    bool number_float(number_float_t value, string_t const&) override { return leaf(value); }
    bool string(string_t& value) override { return leaf(value); }
    bool binary(binary_t&) override { return false; }

    bool start(nlohmann::json scalar) {
        if (open.size() >= deepest)
            throw InputError("json-depth", document.where(take()),
                             fmt::format("nested more than {} levels deep", deepest));
        open.push_back(&add(std::move(scalar)));
        return true;
    }
    bool end() { return open.pop_back(), true; }
    bool start_object(std::size_t) override { return start(nlohmann::json::object()); }
    bool end_object() override { return end(); }
    bool start_array(std::size_t) override { return start(nlohmann::json::array()); }
    bool end_array() override { return end(); }

    bool key(string_t& value) override {
        key_offset = take();
        key_text = value;
        return true;
    }

    bool parse_error(std::size_t position, std::string const&, nlohmann::json::exception const& failure) override {
        std::string why = failure.what();
        if (auto const dash = why.rfind(" - "); dash != std::string::npos) why = why.substr(dash + 3);
        else if (auto const bracket = why.find("] "); bracket != std::string::npos) why = why.substr(bracket + 2);
        auto const offset = position > 0 ? position - 1 : 0;
        throw InputError(Diagnostic{Severity::error, "json-syntax", document.where(offset), "this is not JSON: " + why,
                                    "compare brackets, quotes and commas around here",
                                    std::string(document.line_of(offset))});
    }
};

void reject_duplicate_keys(Node const& node) {
    if (node.is_object()) {
        std::vector<Node const*> sorted;
        for (auto const& child : node.children) sorted.push_back(&child);
        std::stable_sort(sorted.begin(), sorted.end(), [](auto* a, auto* b) { return a->key < b->key; });
        auto const twice =
            std::adjacent_find(sorted.begin(), sorted.end(), [](auto* a, auto* b) { return a->key == b->key; });
        if (twice != sorted.end()) {
            auto const* second = twice[1];
            Diagnostics found;
            complain(found, Severity::error, "json-duplicate-key", *second,
                     fmt::format("'{}' is given twice", second->key),
                     fmt::format("the first is on line {}", second->document->where(twice[0]->key_offset).line), true);
            throw InputError(found);
        }
    }
    for (auto const& child : node.children) reject_duplicate_keys(child);
}

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

}  // namespace

Node const* Node::find(std::string_view name) const {
    if (is_object())
        for (auto const& child : children)
            if (child.key == name) return &child;
    return nullptr;
}

Location Node::where() const { return document ? document->where(offset) : Location{}; }

Document::Document(std::string text, std::string file) : file_(std::move(file)), text_(std::move(text)) {
    lines_.push_back(0);
    for (std::size_t i = 0; i < text_.size(); ++i)
        if (text_[i] == '\n') lines_.push_back(i + 1);
    Builder builder(*this, text_, root_);
    nlohmann::json::sax_parse(text_, &builder, nlohmann::json::input_format_t::json, true, true);
    reject_duplicate_keys(root_);
}

std::unique_ptr<Document const> Document::parse(std::string text, std::string file) {
    return std::unique_ptr<Document const>(new Document(std::move(text), std::move(file)));
}

std::unique_ptr<Document const> Document::read(std::filesystem::path const& path) {
    return parse(read_file(path), path.string());
}

Location Document::where(std::size_t offset) const {
    auto const line = std::upper_bound(lines_.begin(), lines_.end(), offset) - 1;
    return {file_, static_cast<int>(line - lines_.begin()) + 1, static_cast<int>(offset - *line) + 1};
}

std::string_view Document::line_of(std::size_t offset) const {
    auto const next = std::upper_bound(lines_.begin(), lines_.end(), offset);
    auto const begin = *(next - 1);
    auto const line = std::string_view(text_).substr(begin, (next == lines_.end() ? text_.size() : *next) - begin);
    return line.substr(0, line.find_last_not_of("\r\n") + 1);
}

void complain(Diagnostics& diagnostics, Severity severity, std::string code, Node const& node, std::string message,
              std::string advice, bool at_key) {
    auto const offset = at_key ? node.key_offset : node.offset;
    Diagnostic found{severity, std::move(code), {}, std::move(message), std::move(advice), {}};
    if (node.document) {
        found.where = node.document->where(offset);
        // Of thousands of findings in a file of one long line most are never printed: they go without it.
        constexpr std::size_t long_line = 1000, most_long_lines = 64;
        if (severity != Severity::note)
            if (auto line = node.document->line_of(offset);
                line.size() <= long_line || diagnostics.count(severity) < most_long_lines)
                found.source_line = std::string(line);
    }
    diagnostics.add(std::move(found));
}

void adopt(Diagnostics& diagnostics, InputError const& failure, Node const& node) {
    for (auto diagnostic : failure.diagnostics().items()) {
        if (diagnostic.where.file.empty() && node.document) {
            diagnostic.where = node.where();
            diagnostic.source_line = std::string(node.document->line_of(node.offset));
        }
        diagnostics.add(std::move(diagnostic));
    }
}

Object::Object(Node const& node, std::string what, Diagnostics& diagnostics)
    : node_(&node), what_(std::move(what)), diagnostics_(&diagnostics) {
    if (!node.is_object()) wrong_type(node, "an object { }");
    else if (node.children.size() > few_keys)
        for (auto const& child : node.children) index_.try_emplace(child.key, &child);
}

Node const* Object::child(std::string_view key) const {
    if (index_.empty()) return node_->find(key);
    auto const found = index_.find(key);
    return found == index_.end() ? nullptr : found->second;
}

bool Object::is_known(std::string_view key) const {
    if (known_index_.empty()) return std::ranges::find(known_, key) != known_.end();
    return known_index_.contains(std::string(key));
}

Node const* Object::find(std::string_view key) {
    if (!is_known(key)) {
        known_.emplace_back(key);
        if (known_.size() == few_keys) known_index_ = {known_.begin(), known_.end()};
        else if (known_.size() > few_keys) known_index_.emplace(key);
    }
    return child(key);
}

Node const* Object::required(std::string_view key) {
    auto const* found = find(key);
    if (!found && node_->is_object())
        error(*diagnostics_, "config-missing", *node_, fmt::format("{} needs '{}'", what_, key), "see docs/config.md");
    return found;
}

void Object::wrong_type(Node const& node, std::string_view expected) {
    auto const name = &node == node_ ? what_ : what_ + "." + node.key;
    error(*diagnostics_, "config-type", node,
          fmt::format("{} is {} {}; expected {}", name, node.is_object() || node.is_array() ? "an" : "a",
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
    auto const name = node.key.empty() ? what_ : what_ + "." + node.key;
    std::string limits;
    if (std::isfinite(range.low))
        limits = fmt::format("{} {}", range.with_low ? "at least" : "more than", shown(range.low));
    if (std::isfinite(range.high))
        limits += fmt::format("{}at most {}", limits.empty() ? "" : " and ", shown(range.high));
    error(*diagnostics_, "config-range", node, fmt::format("{} is {}; expected {}", name, shown(value), limits));
    return std::nullopt;
}

double Object::number(std::string_view key, double fallback, Range range, std::string_view units) {
    if (auto const* found = find(key)) return checked(*found, range).value_or(fallback);
    assumed(key, shown(fallback) + (units.empty() ? "" : " ") + std::string(units));
    return fallback;
}

double Object::required_number(std::string_view key, Range range) {
    double const anything = std::isfinite(range.low) ? range.low + 1 : 1;
    auto const* found = required(key);
    return found ? checked(*found, range).value_or(anything) : anything;
}

std::optional<double> Object::optional_number(std::string_view key, Range range) {
    auto const* found = find(key);
    return found ? checked(*found, range) : std::nullopt;
}

std::int64_t Object::integer(std::string_view key, std::int64_t fallback, std::int64_t low, std::int64_t high) {
    auto const* found = find(key);
    if (!found) return assumed(key, fmt::format("{}", fallback)), fallback;
    bool const whole = found->is_number() && found->number() == std::floor(found->number());
    if (!whole) return wrong_type(*found, "a whole number"), fallback;
    auto const value = checked(*found, {static_cast<double>(low), true, static_cast<double>(high)});
    return value ? found->scalar.get<std::int64_t>() : fallback;
}

bool Object::flag(std::string_view key, bool fallback) {
    auto const* found = find(key);
    if (!found) return fallback;
    if (!found->scalar.is_boolean()) return wrong_type(*found, "true or false"), fallback;
    return found->scalar.get<bool>();
}

std::optional<std::string> Object::optional_text(std::string_view key) {
    auto const* found = find(key);
    if (!found) return std::nullopt;
    if (!found->is_string()) return wrong_type(*found, "a string"), std::nullopt;
    return found->text();
}

std::string Object::text(std::string_view key, std::string const& fallback) {
    if (!has(key)) assumed(key, '"' + fallback + '"');
    return optional_text(key).value_or(fallback);
}

std::string Object::required_text(std::string_view key) {
    required(key);
    return optional_text(key).value_or("");
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
    if (auto const* found = find(key))
        complain(*diagnostics_, Severity::note, "config-no-effect", *found,
                 fmt::format("{}.{} has no effect here", what_, key), why, true);
}

void Object::assumed(std::string_view key, std::string const& value) {
    if (!node_->is_object()) return;
    assumed_ += fmt::format("{}{} = {}", assumed_.empty() ? "" : ", ", key, value);
}

void Object::finish() {
    if (!node_->is_object()) return;
    for (auto const& child : node_->children)
        if (!is_known(child.key))
            complain(*diagnostics_, Severity::error, "config-unknown-key", child,
                     fmt::format("{} has no key '{}'", what_, child.key), did_you_mean(child.key, known_), true);
    if (!assumed_.empty())
        complain(*diagnostics_, Severity::note, "config-defaults", *node_,
                 fmt::format("{}: not given, so {}", what_, assumed_));
}

}  // namespace rall::io
