#include "io/text/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <utility>

#include "base/text.hpp"

namespace rall::io {
namespace {

constexpr std::size_t deepest = 64;
constexpr std::size_t largest = 256 << 20;  // bytes
constexpr std::size_t many = 16;            // members, from which on an object keeps them in order

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

/// What to do with a file that is no JSON: by its name something else is meant.
std::string advice_for(std::string const& file) {
    auto const is = [&](char const* end) { return file.ends_with(end); };
    if (is(".swc") || is(".SWC") || is(".asc") || is(".ASC")) return fmt::format("a reconstruction is no config; one to begin with: rall new {}", file);
    if (is(".mod")) return "a mechanism is no config; what it does under a voltage clamp: rall channel " + file;
    if (is(".h5")) return "results and parts of circuits are no configs; what is in them: rall inspect " + file;
    if (is(".hoc") || is(".nml")) return "a cell is no config; a config names it: docs/config.md";
    return "compare brackets, quotes and commas around here";
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

    std::size_t take() {
        if (next < starts.size()) return starts[next++];
        throw InputError("json-syntax", {document.file()}, "this is not JSON");
    }

    /// Names of files, of cells and of what goes into C all end where a NUL stands.
    string_t const& checked(string_t const& text) {
        if (text.find('\0') == string_t::npos) return text;
        throw InputError("json-nul", document.where(take()), "this text holds a NUL (\\u0000), which no name can hold");
    }

    Node& add(Scalar scalar) {
        Node* node = &root;
        if (!open.empty()) node = &open.back()->children.emplace_back();
        node->document = &document;
        node->offset = take();
        node->key_offset = key_offset;
        node->key = std::move(key_text);
        node->scalar = std::move(scalar);
        return *node;
    }
    bool leaf(Scalar scalar) { return add(std::move(scalar)), true; }

    bool null() override { return leaf(nullptr); }
    bool boolean(bool value) override { return leaf(value); }
    bool number_integer(number_integer_t value) override { return leaf(value); }
    bool number_unsigned(number_unsigned_t value) override { return leaf(value); }
    bool number_float(number_float_t value, string_t const&) override { return leaf(value); }
    bool string(string_t& value) override { return leaf(checked(value)); }
    bool binary(binary_t&) override { return false; }

    bool start(Scalar scalar) {
        if (open.size() >= deepest)
            throw InputError("json-depth", document.where(take()),
                             fmt::format("nested more than {} levels deep", deepest));
        open.push_back(&add(std::move(scalar)));
        return true;
    }
    bool end() { return open.pop_back(), true; }
    bool start_object(std::size_t) override { return start(Scalar::Object{}); }
    bool end_object() override { return end(); }
    bool start_array(std::size_t) override { return start(Scalar::Array{}); }
    bool end_array() override { return end(); }

    bool key(string_t& value) override {
        key_text = checked(value);
        key_offset = take();
        return true;
    }

    bool parse_error(std::size_t position, std::string const&, nlohmann::json::exception const& failure) override {
        std::string why = failure.what();
        if (auto const dash = why.rfind(" - "); dash != std::string::npos) why = why.substr(dash + 3);
        else if (auto const bracket = why.find("] "); bracket != std::string::npos) why = why.substr(bracket + 2);
        auto const offset = position > 0 ? position - 1 : 0;
        throw InputError(Diagnostic{Severity::error, "json-syntax", document.where(offset), "this is not JSON: " + why,
                                    advice_for(document.file()),
                                    std::string(document.line_of(offset))});
    }
};

/// Puts members in the order of their keys; one that is given twice is refused.
void index_keys(Node& node) {
    if (node.is_object()) {
        auto& order = node.by_key;
        order.resize(node.children.size());
        std::iota(order.begin(), order.end(), 0u);
        auto const key = [&](std::uint32_t i) -> std::string const& { return node.children[i].key; };
        std::ranges::stable_sort(order, {}, key);
        if (auto const twice = std::ranges::adjacent_find(order, {}, key); twice != order.end()) {
            auto const& second = node.children[twice[1]];
            Diagnostics found;
            complain(
                found, Severity::error, "json-duplicate-key", second, fmt::format("'{}' is given twice", second.key),
                fmt::format("the first is on line {}", second.document->where(node.children[*twice].key_offset).line),
                true);
            throw InputError(found);
        }
        if (order.size() < many) order = {};
    }
    for (auto& child : node.children) index_keys(child);
}

}  // namespace

std::optional<std::size_t> Node::index_of(std::string_view name) const {
    if (!is_object()) return std::nullopt;
    if (by_key.empty()) {
        auto const found = std::ranges::find(children, name, &Node::key);
        return found == children.end() ? std::nullopt : std::optional<std::size_t>(found - children.begin());
    }
    auto const key = [&](std::uint32_t i) -> std::string_view { return children[i].key; };
    auto const found = std::ranges::lower_bound(by_key, name, {}, key);
    return found == by_key.end() || key(*found) != name ? std::nullopt : std::optional<std::size_t>(*found);
}

Node const* Node::find(std::string_view name) const {
    auto const index = index_of(name);
    return index ? &children[*index] : nullptr;
}

Node const& Node::at(std::string_view name) const {
    auto const* found = find(name);
    return found ? *found : *this;
}

void Node::append(Node member) {
    if (!by_key.empty()) {
        auto const key = [&](std::uint32_t i) -> std::string_view { return children[i].key; };
        auto const place = std::ranges::upper_bound(by_key, std::string_view(member.key), {}, key);
        by_key.insert(place, static_cast<std::uint32_t>(children.size()));
    }
    children.push_back(std::move(member));
}

Location Node::where() const { return document ? document->where(offset) : Location{}; }

Document::Document(std::string text, std::string file) : file_(std::move(file)), text_(std::move(text)) {
    if (text_.size() > largest)
        throw InputError("json-size", {file_},
                         fmt::format("this file has {} bytes; expected at most {}", text_.size(), largest),
                         "large tables belong into CSV or HDF5 files");
    lines_.push_back(0);
    for (std::size_t i = 0; i < text_.size(); ++i)
        if (text_[i] == '\n') lines_.push_back(i + 1);
    if (auto const nul = text_.find('\0'); nul != std::string::npos)
        throw InputError("json-nul", where(nul), "there is a NUL byte here; expected text in UTF-8");
}

std::unique_ptr<Document const> Document::parse(std::string text, std::string file) {
    std::unique_ptr<Document> document(new Document(std::move(text), std::move(file)));
    Builder builder(*document, document->text_, document->root_);
    nlohmann::json::sax_parse(document->text_, &builder, nlohmann::json::input_format_t::json, true, true);
    index_keys(document->root_);
    return document;
}

std::unique_ptr<Document const> Document::foreign(std::string text, std::string file) {
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
        // Of thousands of findings most are never printed: they go without their line, sooner where it is long.
        constexpr std::size_t long_line = 1000;
        if (severity != Severity::note)
            if (auto line = node.document->line_of(offset);
                diagnostics.count(severity) < (line.size() <= long_line ? 1000 : 64))
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

}  // namespace rall::io
