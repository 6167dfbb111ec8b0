// JSON that people write: with comments, and every value knows its line and column, so that each complaint can point at it.
// A file becomes a tree of nodes (io/text/object.hpp reads what is in one).
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostics.hpp"
#include "io/text/scalar.hpp"

namespace rall::io {

class Document;

/// A value of a document. Lives as long as the document.
struct Node {
    Document const* document = nullptr;
    std::size_t offset = 0;      ///< of its first byte
    std::size_t key_offset = 0;  ///< of its key, in an object
    std::string key;
    Scalar scalar;
    std::vector<Node> children;
    std::vector<std::uint32_t> by_key;  ///< children in the order of their keys, where an object has many

    bool is_object() const { return scalar.is_object(); }
    bool is_array() const { return scalar.is_array(); }
    bool is_string() const { return scalar.is_string(); }
    bool is_number() const { return scalar.is_number(); }
    std::string text() const { return scalar.text(); }
    double number() const { return scalar.number(); }
    std::optional<std::size_t> index_of(std::string_view name) const;  ///< of the child of an object that has this key
    Node const* find(std::string_view name) const;                     ///< member of an object, or null
    Node const& at(std::string_view name) const;                       ///< where to point at: that member, or this where it is missing
    void append(Node member);                                          ///< a member that an object did not have
    Location where() const;                                            ///< line and column of the value
};

/// One JSON file, parsed.
class Document {
public:
    /// Throws InputError: "file-not-readable", "json-syntax", "json-duplicate-key", "json-depth", "json-nul", "json-size".
    static std::unique_ptr<Document const> read(std::filesystem::path const& path);
    static std::unique_ptr<Document const> parse(std::string text, std::string file);
    /// A file in another language (its root is null): nodes that are made of it find their places here.
    static std::unique_ptr<Document const> foreign(std::string text, std::string file);

    Document(Document const&) = delete;
    Document& operator=(Document const&) = delete;

    std::string const& file() const { return file_; }
    std::string const& text() const { return text_; }
    Node const& root() const { return root_; }
    Location where(std::size_t offset) const;
    std::string_view line_of(std::size_t offset) const;  ///< without its line end

private:
    Document(std::string text, std::string file);
    std::string file_, text_;
    std::vector<std::size_t> lines_;  ///< offset of the first byte of each line
    Node root_;
};

/// Adds an error or warning that points at a node (or at its key) and shows its line.
void complain(Diagnostics& diagnostics, Severity severity, std::string code, Node const& node, std::string message,
              std::string advice = {}, bool at_key = false);
inline void error(Diagnostics& diagnostics, std::string code, Node const& node, std::string message,
                  std::string advice = {}) {
    complain(diagnostics, Severity::error, std::move(code), node, std::move(message), std::move(advice));
}

/// So many errors that no more are printed: nobody reads what a name could have meant.
inline bool is_flooded(Diagnostics const& diagnostics) { return diagnostics.count(Severity::error) > 64; }

/// Moves the findings of another reader's InputError here, giving those without a place the place of `node`.
void adopt(Diagnostics& diagnostics, InputError const& failure, Node const& node);

}  // namespace rall::io
