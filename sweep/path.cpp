#include "sweep/path.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.hpp"

namespace rall::sweep {
namespace {

/// Whether a name of a path ends at `at`.
bool ends(std::string_view text, std::size_t at) { return at == text.size() || text[at] == '.' || text[at] == '['; }

std::string text_of(io::Node const& node) { return node.is_string() ? node.text() : node.scalar.dump(); }

/// Whether an object holds all of "section=soma,name=gbar".
bool holds(io::Node const& node, std::string_view conditions) {
    while (!conditions.empty()) {
        auto const comma = std::min(conditions.find(','), conditions.size());
        auto const one = conditions.substr(0, comma);
        auto const equals = one.find('=');
        auto const* member = equals == one.npos ? nullptr : node.find(one.substr(0, equals));
        if (!member || text_of(*member) != one.substr(equals + 1)) return false;
        conditions.remove_prefix(std::min(comma + 1, conditions.size()));
    }
    return true;
}

/// The entry of a list that "2" or "name=soma" means.
std::optional<std::size_t> entry_of(io::Node const& list, std::string_view what) {
    std::size_t number = 0;
    auto const [end, failure] = std::from_chars(what.data(), what.data() + what.size(), number);
    if (failure == std::errc{} && end == what.data() + what.size())
        return number < list.children.size() ? std::optional(number) : std::nullopt;
    auto const found = std::ranges::find_if(list.children, [&](auto const& child) { return holds(child, what); });
    if (found == list.children.end()) return std::nullopt;
    return static_cast<std::size_t>(found - list.children.begin());
}

/// The child of an object whose key is the longest that `rest` begins with.
std::optional<std::size_t> member_of(io::Node const& object, std::string_view rest) {
    for (auto length = rest.size(); length > 0; --length)
        if (ends(rest, length))
            if (auto const found = object.index_of(rest.substr(0, length))) return found;
    return std::nullopt;
}

std::string keys_like(std::string_view name, io::Node const& object, Diagnostics const& diagnostics) {
    if (io::is_flooded(diagnostics)) return {};
    std::vector<std::string> keys;
    for (auto const& child : object.children) keys.push_back(child.key);
    return did_you_mean(name, keys);
}

}  // namespace

Path::Path(std::string text, io::Node const& root, io::Node const& where, Diagnostics& diagnostics)
    : text_(std::move(text)) {
    auto const* node = &root;
    std::size_t at = 0;
    auto const so_far = [&] { return at == 0 ? std::string("the config") : text_.substr(0, at - (text_[at] != '[')); };
    while (at < text_.size()) {
        auto const rest = std::string_view(text_).substr(at);
        std::optional<std::size_t> child;
        std::size_t length = 0;
        if (node->is_array()) {
            auto const close = rest.find(']');
            bool const bracketed = rest.starts_with('[') && close != rest.npos;
            if (bracketed) child = entry_of(*node, rest.substr(1, close - 1));
            if (!child) {
                io::error(diagnostics, "sweep-path", where,
                          fmt::format("'{}': {} is a list of {} entries, and this names none of them", text_, so_far(),
                                      node->children.size()),
                          "name an entry by its number or by what it holds: [0], [name=soma]");
                return;
            }
            length = close + 1;
        } else if (node->is_object()) {
            child = member_of(*node, rest);
            auto const end = std::min(rest.find('.'), rest.size());
            if (!child && end == rest.size() && !rest.empty()) {
                fresh_ = rest;
                return;
            }
            if (!child) {
                auto const name = rest.substr(0, end);
                io::error(diagnostics, "sweep-path", where,
                          fmt::format("'{}': there is no '{}' in {}", text_, name, so_far()),
                          keys_like(name, *node, diagnostics));
                return;
            }
            length = node->children[*child].key.size();
        } else {
            io::error(
                diagnostics, "sweep-path", where,
                fmt::format("'{}': {} is a value ({}) and holds nothing else", text_, so_far(), node->scalar.dump()));
            return;
        }
        steps_.push_back(*child);
        node = &node->children[*child];
        at += length;
        if (at < text_.size() && text_[at] == '.') ++at;
    }
    if (node->is_object() || node->is_array())
        io::error(
            diagnostics, "sweep-not-a-value", where,
            fmt::format("'{}' names {}; expected the path of one value", text_,
                        node->is_array() ? fmt::format("a list of {} entries", node->children.size()) : "an object"),
            node->is_object() ? keys_like("", *node, diagnostics) : "");
}

io::Node const* Path::in(io::Node const& root) const {
    auto const* node = &root;
    for (auto const step : steps_) node = &node->children[step];
    return fresh_.empty() ? node : nullptr;
}

void Path::set(io::Node& root, io::Node value) const {
    auto* node = &root;
    for (auto const step : steps_) node = &node->children[step];
    value.key = fresh_.empty() ? node->key : fresh_;
    if (fresh_.empty()) *node = std::move(value);
    else node->append(std::move(value));
}

}  // namespace rall::sweep
