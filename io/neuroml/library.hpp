// The XML of a NeuroML file and of those it includes: elements with places, what stands under which id, and reading an element so that
// nothing of it goes unnoticed.
#pragma once

#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <pugixml.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostics.hpp"
#include "io/neuroml/units.hpp"
#include "io/text/json.hpp"
#include "nmodl_lite/syntax/ast.hpp"

namespace rall::io::neuroml {

/// An element of one of the files. Valid as long as the library.
struct Item {
    Document const* document = nullptr;
    pugi::xml_node node;

    explicit operator bool() const { return !node.empty(); }
    std::string name() const { return node.name(); }
    std::string attribute(char const* key) const { return node.attribute(key).value(); }
    bool has(char const* key) const { return !node.attribute(key).empty(); }
    /// The place of the element, or of one of its attributes, as a node of JSON that messages can point at.
    Node place(std::string_view attribute = {}) const;
    nmodl::Origin origin(std::string_view attribute = {}) const;
    std::vector<Item> children() const;  ///< elements, without notes and annotations
};

/// The ComponentType of an element: its attribute "type", else its own name.
std::string type_of(Item const& item);

/// A finding that points at an element, or at one of its attributes.
void fail(Diagnostics& found, Item const& item, std::string_view attribute, std::string code, std::string message,
          std::string advice = {});
void warn(Diagnostics& found, Item const& item, std::string_view attribute, std::string code, std::string message,
          std::string advice = {});

class Library {
public:
    /// Reads a file and all that it includes, each once. Throws InputError where the file itself is no XML; the rest goes to `found`.
    Library(std::filesystem::path const& path, Diagnostics& found);
    Library(Library const&) = delete;
    Library& operator=(Library const&) = delete;

    /// Elements directly below <neuroml> (or <Lems>), those of the file itself first.
    std::vector<Item> const& items() const { return items_; }
    /// How many of them the file itself has.
    std::size_t n_own() const { return n_own_; }
    Item root() const { return root_; }
    /// The first element with this id; none if there is none.
    Item find(std::string const& id) const;
    /// A ComponentType by name, those of NeuroML itself too.
    Item type(std::string const& name) const;
    std::vector<std::string> type_names() const;
    std::string const& file() const { return documents_.front()->file(); }

private:
    struct Parsed;
    pugi::xml_node parse(std::string text, std::string const& file);
    void read(std::filesystem::path const& path, Diagnostics& found, Item const* by);
    void add(Item const& item, Diagnostics& found);

    std::deque<std::unique_ptr<Document const>> documents_;
    std::deque<pugi::xml_document> trees_;
    std::set<std::filesystem::path> files_;
    std::vector<Item> items_;
    std::size_t n_own_ = 0;
    Item root_;
    std::map<std::string, Item> by_id_, types_;
};

/// Reads one element. A getter that finds something wrong adds an error and returns a fallback; `finish` reports attributes and children that
/// nobody asked for.
class Element {
public:
    Element(Item const& item, Diagnostics& found) : item_(item), found_(&found) {}

    Item const& item() const { return item_; }
    /// "channelDensity 'naChans'".
    std::string what() const;
    bool has(char const* key) const { return item_.has(key); }
    std::string text(char const* key, std::string const& fallback = {});
    std::string required(char const* key);
    /// A quantity in units of `unit` ("mV"); the dimension is checked. Nothing where the attribute is missing or wrong.
    std::optional<double> optional_quantity(char const* key, char const* unit);
    double quantity(char const* key, char const* unit);  ///< required; 0 after an error
    double number(char const* key, double fallback);
    void ignore(char const* key) { text(key); }
    /// Children of this name.
    std::vector<Item> children(char const* name);
    /// The only child of this name, none if it is missing; a second one is an error.
    Item child(char const* name);
    /// All children that nobody asked for yet.
    std::vector<Item> others();
    void finish();

private:
    Item item_;
    Diagnostics* found_;
    std::set<std::string> known_{"id", "metaid", "neuroLexId", "xmlns", "type"};
    std::set<std::string> known_children_{"notes", "annotation", "property"};
};

/// The value of an attribute in units of `unit`; nothing after an error.
std::optional<double> read_quantity(Item const& item, char const* key, Unit const& unit, Diagnostics& found);
/// The same in coherent units, of the named dimension.
std::optional<double> read_coherent(Item const& item, std::string const& key, std::string const& dimension,
                                    Diagnostics& found);

}  // namespace rall::io::neuroml
