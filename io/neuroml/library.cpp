#include "io/neuroml/library.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "io/neuroml/core_types.hpp"

namespace rall::io::neuroml {
namespace {

constexpr std::size_t most_bytes = 256 << 20;  // as of JSON
constexpr std::size_t most_files = 1000;
constexpr int deepest = 100;  // as far as what reads elements goes into them

struct TooDeep : pugi::xml_tree_walker {
    pugi::xml_node at;
    bool for_each(pugi::xml_node& node) override { return depth() <= deepest || (at = node, false); }
};

/// Where an attribute begins in the text of its element's tag; the element's own place if it is not found.
std::size_t attribute_offset(std::string const& text, std::size_t begin, std::string_view name) {
    auto const is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
    char quote = 0;
    for (auto i = begin; i < text.size() && (quote || text[i] != '>'); ++i) {
        if (quote) quote = text[i] == quote ? 0 : quote;
        else if (text[i] == '"' || text[i] == '\'') quote = text[i];
        else if (i > begin && is_blank(text[i - 1]) && std::string_view(text).substr(i).starts_with(name)) {
            auto after = i + name.size();
            while (after < text.size() && is_blank(text[after])) ++after;
            if (after < text.size() && text[after] == '=') return i;
        }
    }
    return begin;
}

}  // namespace

Node Item::place(std::string_view attribute) const {
    Node result;
    result.document = document;
    auto const offset = node.offset_debug();
    result.offset = offset < 0 ? 0 : static_cast<std::size_t>(offset);
    if (document && !attribute.empty()) result.offset = attribute_offset(document->text(), result.offset, attribute);
    result.key_offset = result.offset;
    return result;
}

nmodl::Origin Item::origin(std::string_view attribute) const {
    auto const node = place(attribute);
    auto const where = node.where();
    return {where.file, where.line, where.column,
            document ? std::string(document->line_of(node.offset)) : std::string()};
}

std::vector<Item> Item::children() const {
    std::vector<Item> result;
    for (auto const& child : node.children()) {
        std::string_view const name = child.name();
        if (child.type() == pugi::node_element && name != "notes" && name != "annotation" && name != "property")
            result.push_back({document, child});
    }
    return result;
}

std::string type_of(Item const& item) { return item.has("type") ? item.attribute("type") : item.name(); }

void fail(Diagnostics& found, Item const& item, std::string_view attribute, std::string code, std::string message,
          std::string advice) {
    complain(found, Severity::error, std::move(code), item.place(attribute), std::move(message), std::move(advice));
}

void warn(Diagnostics& found, Item const& item, std::string_view attribute, std::string code, std::string message,
          std::string advice) {
    complain(found, Severity::warning, std::move(code), item.place(attribute), std::move(message), std::move(advice));
}

Library::Library(std::filesystem::path const& path, Diagnostics& found) {
    read(path, found, nullptr);
    // NeuroML's own types come last: a file that says the same again is taken at its word.
    Item const core{nullptr, parse(std::string(core_types), "NeuroML's own types")};
    for (auto const& type : Item{documents_.back().get(), core.node}.children())
        types_.emplace(type.attribute("name"), type);
}

pugi::xml_node Library::parse(std::string text, std::string const& file) {
    if (text.size() > most_bytes)
        throw InputError("neuroml-size", {file},
                         fmt::format("this file has {} bytes; expected at most {}", text.size(), most_bytes));
    documents_.push_back(Document::foreign(std::move(text), file));
    auto const& document = *documents_.back();
    auto& tree = trees_.emplace_back();
    auto const result =
        tree.load_buffer(document.text().data(), document.text().size(), pugi::parse_default, pugi::encoding_utf8);
    if (!result) {
        Node place;
        place.document = &document;
        place.offset =
            std::min(static_cast<std::size_t>(std::max<std::ptrdiff_t>(result.offset, 0)), document.text().size());
        Diagnostics found;
        error(found, "neuroml-xml", place, fmt::format("this is no XML: {}", result.description()));
        found.throw_if_errors();
    }
    if (TooDeep walker; !tree.traverse(walker)) {
        Diagnostics found;
        fail(found, {&document, walker.at}, {}, "neuroml-depth",
             fmt::format("elements are nested more than {} deep", deepest));
        found.throw_if_errors();
    }
    return tree.document_element();
}

void Library::read(std::filesystem::path const& path, Diagnostics& found, Item const* by) {
    std::error_code code;
    if (!files_.insert(std::filesystem::weakly_canonical(path, code)).second) return;
    if (files_.size() > most_files) {
        fail(found, *by, "href", "neuroml-include", fmt::format("more than {} files are included", most_files));
        return;
    }
    auto const element = parse(read_file(path), path.string());
    Item const root{documents_.back().get(), element};
    if (!by) root_ = root;
    std::string_view const name = element.name();
    if (name != "neuroml" && name != "Lems") {
        fail(found, root, {}, "neuroml-root", fmt::format("the document is <{}>; expected <neuroml> (version 2)", name),
             "files of NeuroML 1, as <channelml> and <morphml>, are not read");
        return;
    }
    if (std::string_view const space = element.attribute("xmlns").value();
        space.find("neuroml") != space.npos && space.find("neuroml2") == space.npos && name == "neuroml") {
        fail(found, root, "xmlns", "neuroml-root", fmt::format("'{}' is not NeuroML 2", space));
        return;
    }
    std::vector<Item> includes;
    for (auto const& item : root.children()) {
        if (item.name() == "include" || item.name() == "Include") includes.push_back(item);
        else add(item, found);
    }
    if (!by) n_own_ = items_.size();
    for (auto const& item : includes) {
        auto const* const key = item.has("href") ? "href" : "file";
        auto const name = item.attribute(key);
        // Files of the standard itself, which LEMS files include by name.
        static std::set<std::string> const standard{"Cells.xml",
                                                    "Networks.xml",
                                                    "Channels.xml",
                                                    "Inputs.xml",
                                                    "Simulation.xml",
                                                    "Synapses.xml",
                                                    "PyNN.xml",
                                                    "NeuroMLCoreDimensions.xml",
                                                    "NeuroMLCoreCompTypes.xml",
                                                    "NeuroML2CoreTypes.xml"};
        if (standard.contains(name)) continue;
        if (name.empty() || name.find("://") != name.npos) {
            fail(found, item, key, "neuroml-include", "an include names a file: href=\"na.channel.nml\"");
            continue;
        }
        try {
            read((path.parent_path() / name).lexically_normal(), found, &item);
        } catch (InputError const& failure) {
            auto const place = item.place(key);
            if (failure.diagnostics().items().front().code == "file-not-readable")
                fail(found, item, key, "neuroml-include",
                     fmt::format("cannot include '{}': there is no such file that can be read", name),
                     "the name is looked up from the file that includes it");
            else adopt(found, failure, place);
        }
    }
}

void Library::add(Item const& item, Diagnostics& found) {
    if (item.name() == "ComponentType") {
        auto const name = item.attribute("name");
        if (!types_.emplace(name, item).second)
            fail(found, item, "name", "neuroml-twice", fmt::format("this is a second ComponentType '{}'", name));
        return;
    }
    items_.push_back(item);
    auto const id = item.attribute("id");
    if (id.empty()) return;
    auto const [other, is_new] = by_id_.emplace(id, item);
    if (!is_new && other->second.name() == item.name())
        fail(found, item, "id", "neuroml-twice", fmt::format("this is a second <{}> '{}'", item.name(), id),
             fmt::format("the first stands at {}", to_string(other->second.place().where())));
}

Item Library::find(std::string const& id) const {
    auto const found = by_id_.find(id);
    return found == by_id_.end() ? Item{} : found->second;
}

Item Library::type(std::string const& name) const {
    auto const found = types_.find(name);
    return found == types_.end() ? Item{} : found->second;
}

std::vector<std::string> Library::type_names() const {
    std::vector<std::string> names;
    for (auto const& [name, type] : types_) names.push_back(name);
    return names;
}

std::string Element::what() const {
    auto const id = item_.attribute("id");
    return id.empty() ? "<" + item_.name() + ">" : fmt::format("{} '{}'", item_.name(), id);
}

std::string Element::text(char const* key, std::string const& fallback) {
    known_.insert(key);
    return item_.has(key) ? item_.attribute(key) : fallback;
}

std::string Element::required(char const* key) {
    if (!item_.has(key))
        fail(*found_, item_, {}, "neuroml-missing", fmt::format("{} has no attribute '{}'", what(), key));
    return text(key);
}

std::optional<double> Element::optional_quantity(char const* key, char const* unit) {
    known_.insert(key);
    if (!item_.has(key)) return std::nullopt;
    return read_quantity(item_, key, *find_unit(unit), *found_);
}

double Element::quantity(char const* key, char const* unit) {
    required(key);
    return optional_quantity(key, unit).value_or(0);
}

double Element::number(char const* key, double fallback) { return optional_quantity(key, "").value_or(fallback); }

std::vector<Item> Element::children(char const* name) {
    known_children_.insert(name);
    std::vector<Item> result;
    for (auto const& child : item_.node.children(name)) result.push_back({item_.document, child});
    return result;
}

Item Element::child(char const* name) {
    auto const all = children(name);
    if (all.size() > 1)
        fail(*found_, all[1], {}, "neuroml-twice", fmt::format("this is a second <{}> of {}", name, what()));
    return all.empty() ? Item{} : all.front();
}

std::vector<Item> Element::others() {
    std::vector<Item> result;
    for (auto const& child : item_.children())
        if (!known_children_.contains(child.name())) result.push_back(child);
    for (auto const& child : result) known_children_.insert(child.name());
    return result;
}

void Element::finish() {
    std::vector<std::string> const keys(known_.begin(), known_.end()),
        names(known_children_.begin(), known_children_.end());
    for (auto const& attribute : item_.node.attributes()) {
        std::string const key = attribute.name();
        if (known_.contains(key) || key.starts_with("xmlns:") || key.starts_with("xsi:")) continue;
        fail(*found_, item_, key, "neuroml-unknown",
             fmt::format("{}: the attribute '{}' is not understood", what(), key), did_you_mean(key, keys));
    }
    for (auto const& child : item_.children())
        if (!known_children_.contains(child.name()))
            fail(*found_, child, {}, "neuroml-unknown",
                 fmt::format("<{}> in {} is not understood", child.name(), what()), did_you_mean(child.name(), names));
}

namespace {

/// The number and the unit of an attribute of a dimension; null after an error.
std::pair<double, Unit const*> read_unit(Item const& item, std::string const& key, std::string_view dimension,
                                         Diagnostics& found) {
    auto const text = item.attribute(key.c_str());
    auto const quantity = split_quantity(text);
    auto const wanted = dimension == "none"
                            ? std::string("a number without a unit")
                            : fmt::format("a {} ({})", dimension, fmt::join(unit_symbols(dimension), ", "));
    auto const* unit = quantity ? find_unit(quantity->symbol) : nullptr;
    if (!quantity)
        fail(found, item, key, "neuroml-quantity",
             fmt::format("{}=\"{}\" is no quantity; expected {}", key, text, wanted));
    else if (!unit)
        fail(found, item, key, "neuroml-unit",
             fmt::format("{}=\"{}\": NeuroML has no unit '{}'; expected {}", key, text, quantity->symbol, wanted),
             did_you_mean(quantity->symbol, unit_symbols(dimension)));
    else if (unit->dimension != dimension) {
        auto const is =
            unit->dimension == "none" ? std::string("has no unit") : fmt::format("is a {}", unit->dimension);
        fail(found, item, key, "neuroml-unit", fmt::format("{}=\"{}\" {}; expected {}", key, text, is, wanted));
        unit = nullptr;
    }
    return {quantity ? quantity->number : 0, unit};
}

}  // namespace

std::optional<double> read_quantity(Item const& item, char const* key, Unit const& unit, Diagnostics& found) {
    auto const [number, given] = read_unit(item, key, unit.dimension, found);
    if (!given) return std::nullopt;
    return convert(number, *given, unit);
}

std::optional<double> read_coherent(Item const& item, std::string const& key, std::string const& dimension,
                                    Diagnostics& found) {
    auto const [number, given] = read_unit(item, key, dimension, found);
    if (!given) return std::nullopt;
    return to_coherent(number, *given);
}

}  // namespace rall::io::neuroml
