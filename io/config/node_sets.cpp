// Names of cells: entries of "cells", single cells of them, and the sets of a SONATA node_sets_file; and places in cells.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <regex>
#include <set>

#include "base/text.hpp"
#include "base/whole.hpp"
#include "io/config/build.hpp"
#include "io/text/series.hpp"
#include "morphology/region.hpp"

namespace rall::io {
namespace {

constexpr std::size_t deepest = 1000;  // sets that name sets

std::vector<int> all_cells(Build const& build) {
    std::vector<int> cells(build.model.cells.size());
    for (std::size_t i = 0; i < cells.size(); ++i) cells[i] = static_cast<int>(i);
    return cells;
}

using Chosen = std::vector<std::vector<char>>;  ///< per population, whether each node is

Chosen none_of(Build const& build) {
    Chosen chosen;
    for (auto const& population : build.populations) chosen.emplace_back(population.size());
    return chosen;
}

/// Nodes while they are collected; each set of the file is gone through once, however often it is named.
struct Collected {
    Chosen nodes;
    std::set<std::string> open = {}, done = {};  ///< sets
};

void add_named(Build& build, std::string const& name, Node const& where, Collected& found);

/// Takes those away from `chosen` whose attribute is not `wanted`: a number, a text, a list of these, or an object of comparisons.
void require(Build& build, Node const& wanted, Population const& population, std::vector<char>& chosen) {
    auto const known = population.attributes.find(wanted.key);
    if (known == population.attributes.end()) return chosen.assign(chosen.size(), 0);
    Attribute const& attribute = known->second;
    std::set<int> meant;
    std::vector<double> values;
    auto const take = [&](Node const& node) {
        if (node.is_number()) values.push_back(node.number());
        else if (node.is_string()) {
            auto const name = std::ranges::find(attribute.names, node.text());
            if (name != attribute.names.end()) meant.insert(static_cast<int>(name - attribute.names.begin()));
        } else if (node.scalar.is_boolean()) values.push_back(node.scalar.boolean());
        else
            error(build.diagnostics, "config-type", node,
                  "expected a number, a text, a list of these, or a comparison {\"$gt\": 1}");
    };
    auto const keep = [&](auto is_meant) {
        for (std::size_t i = 0; i < chosen.size(); ++i)
            chosen[i] = chosen[i] && is_meant(attribute.numbers.empty() ? std::nan("") : attribute.numbers[i], attribute.texts.empty() ? -1 : attribute.texts[i]);
    };
    if (wanted.is_object()) {
        Object object(wanted, wanted.key, build.diagnostics);
        auto const limit = [&](char const* key, auto holds) {
            if (auto const bound = object.optional_number(key))
                keep([&](double value, int) { return holds(value, *bound); });
        };
        limit("$gt", std::greater<double>());
        limit("$gte", std::greater_equal<double>());
        limit("$lt", std::less<double>());
        limit("$lte", std::less_equal<double>());
        if (object.has("$regex"))
            if (auto const pattern = object.optional_text("$regex")) {
                try {
                    std::regex const expression(*pattern);
                    std::vector<char> matches;
                    for (auto const& name : attribute.names) matches.push_back(name.size() <= 1000 && std::regex_search(name, expression));
                    keep([&](double, int text) { return text >= 0 && matches[static_cast<std::size_t>(text)]; });
                } catch (std::regex_error const&) {
                    error(build.diagnostics, "node-set-regex", object.at("$regex"), fmt::format("'{}' is no regular expression", *pattern));
                }
            }
        object.finish();
        return;
    }
    if (wanted.is_array())
        for (auto const& child : wanted.children) take(child);
    else take(wanted);
    keep([&](double value, int text) {
        return std::ranges::find(values, value) != values.end() || meant.contains(text);
    });
}

/// A set by its attributes: {"node_id": [0, 1]}, {"population": "cells"}, {"model_type": "biophysical", "layer": [2, 3]}.
void add_by_attributes(Build& build, Node const& set, Chosen& nodes) {
    auto const what = set.key.empty() ? std::string("node set") : "node set '" + set.key + "'";
    Object object(set, what, build.diagnostics);
    auto const* where = object.find("node_id");
    std::vector<double> ids;
    if (where && where->is_number()) ids = {object.optional_number("node_id").value_or(0)};
    else if (where) ids = object.numbers("node_id");
    std::vector<std::string> names;
    for (auto const& population : build.populations) names.push_back(population.nodes.name);
    std::set<std::string> populations;
    for (auto const* node : object.texts("population")) {
        populations.insert(node->text());
        if (std::ranges::find(names, node->text()) == names.end())
            complain(build.diagnostics, Severity::warning, "population-unknown", *node,
                     fmt::format("there is no population '{}'", node->text()), did_you_mean(node->text(), names));
    }
    std::vector<Node const*> wanted;
    std::set<std::string> keys;
    for (auto const& population : build.populations)
        for (auto const& [key, attribute] : population.attributes)
            if (keys.insert(key).second)
                if (auto const* node = object.find(key)) wanted.push_back(node);
    object.finish();
    std::vector<char> found(ids.size());
    for (std::size_t k = 0; k < build.populations.size(); ++k) {
        auto const& population = build.populations[k];
        if (object.has("population") && !populations.contains(population.nodes.name)) continue;
        std::vector<char> chosen(population.size(), where == nullptr);
        for (std::size_t i = 0; i < ids.size(); ++i) {
            auto const row = ids[i] >= 0 && ids[i] == std::floor(ids[i]) ? population.row(truncated<std::uint64_t>(ids[i])) : -1;
            if (row >= 0) chosen[static_cast<std::size_t>(row)] = found[i] = 1;
        }
        for (auto const* node : wanted) require(build, *node, population, chosen);
        for (std::size_t i = 0; i < chosen.size(); ++i) nodes[k][i] |= chosen[i];
    }
    for (std::size_t i = 0; i < ids.size(); ++i)
        if (!found[i])
            return error(build.diagnostics, "index-range", *where,
                         build.populations.size() == 1 && build.populations[0].nodes.ids.empty()
                             ? fmt::format("there is no cell {}: cells have node ids 0 to {}", ids[i],
                                           build.populations[0].size() - 1)
                             : fmt::format("there is no node {}", ids[i]));
}

/// A number as BMTK counts nodes: through all populations in the order of the circuit config, each from its id 0 to its largest id.
void add_numbered(Build& build, Node const& node, Chosen& nodes) {
    double number = node.number();
    for (std::size_t k = 0; k < build.populations.size(); ++k) {
        auto const& population = build.populations[k];
        auto const last = static_cast<double>(population.nodes.ids.empty() ? population.nodes.first_id + population.size() - 1 : population.nodes.ids.back());
        auto const row = number >= 0 && number <= last && number == std::floor(number) ? population.row(truncated<std::uint64_t>(number)) : -1;
        if (row >= 0) return void(nodes[k][static_cast<std::size_t>(row)] = 1);
        number -= last + 1;
    }
    error(build.diagnostics, "index-range", node, fmt::format("there is no node {}", node.scalar.dump()),
          "nodes are counted through all populations; \"population[3]\" and {\"population\": \"name\", \"node_id\": [3]} mean those of one");
}

void add_set(Build& build, Node const& set, Collected& found) {
    if (!set.is_array()) return add_by_attributes(build, set, found.nodes);
    for (auto const& child : set.children) {
        if (child.is_string()) add_named(build, child.text(), child, found);
        else if (child.is_number()) add_numbered(build, child, found.nodes);
        else error(build.diagnostics, "config-type", child, "a compound node set is a list of names, or of numbers of nodes");
    }
}

void add_named(Build& build, std::string const& name, Node const& where, Collected& collected) {
    auto const [base, index] = split_index(name);
    if (auto const found = build.cell_names.find(base); found != build.cell_names.end()) {
        auto const& entry = build.cells[found->second];
        if (index >= entry.count) {
            error(build.diagnostics, "index-range", where,
                  fmt::format("'{}' has {} cell{}; the last is {}[{}]", base, entry.count, entry.count == 1 ? "" : "s",
                              base, entry.count - 1));
            return;
        }
        int const first = entry.first + (index < 0 ? 0 : index), last = index < 0 ? entry.first + entry.count : first + 1;
        std::fill(collected.nodes[0].begin() + first, collected.nodes[0].begin() + last, 1);
        return;
    }
    Node const* set = nullptr;
    for (auto const* sets : build.node_sets)
        if (!set) set = sets->find(name);
    if (set) {
        if (collected.done.contains(name)) return;
        if (collected.open.contains(name))
            return error(build.diagnostics, "node-set-circular", *set,
                         fmt::format("the node set '{}' contains itself", name));
        if (collected.open.size() >= deepest)
            return error(build.diagnostics, "node-set-depth", *set,
                         fmt::format("more than {} node sets name one another", deepest));
        collected.open.insert(name);
        add_set(build, *set, collected);
        collected.open.erase(name);
        collected.done.insert(name);
        return;
    }
    for (std::size_t k = 0; k < build.populations.size(); ++k) {
        auto const& population = build.populations[k];
        if (name != "all" && base != population.nodes.name) continue;
        auto const row = index < 0 ? 0 : population.row(static_cast<std::uint64_t>(index));
        if (row < 0)
            return error(build.diagnostics, "index-range", where,
                         fmt::format("the population '{}' has no node {}", base, index));
        if (index < 0) collected.nodes[k].assign(population.size(), 1);
        else collected.nodes[k][static_cast<std::size_t>(row)] = 1;
        if (name != "all") return;
    }
    if (name == "all") return;
    std::vector<std::string> names;
    if (!build.is_flooded())
        for (auto const& [entry, index] : build.cell_names) names.push_back(entry);
    if (!build.is_flooded())
        for (auto const& population : build.populations) names.push_back(population.nodes.name);
    if (!build.is_flooded())
        for (auto const* sets : build.node_sets)
            for (auto const& known : sets->children) names.push_back(known.key);
    error(build.diagnostics, "node-set-unknown", where, fmt::format("no cell and no node set is called '{}'", name),
          did_you_mean(base, names));
}

}  // namespace

void read_node_sets(Build& build, Object& config) {
    if (auto const* sets = config.find("node_sets")) {
        Object(*sets, "node_sets", build.diagnostics);  // says what is no object
        build.node_sets.push_back(sets);
    }
    auto const* file = config.find("node_sets_file");
    if (!file || !config.optional_text("node_sets_file")) return;
    if (auto const path = build.paths.file(*file, build.diagnostics)) {
        build.node_set_files.push_back(Document::read(*path));
        build.node_sets.push_back(&build.node_set_files.back()->root());
    }
}

CellEntry const& entry_of(Build const& build, int cell) {
    return *std::prev(std::ranges::upper_bound(build.cells, cell, {}, &CellEntry::first));
}

std::vector<std::pair<int, int>> resolve_nodes(Build& build, Node const& names) {
    Collected found{none_of(build)};
    auto const errors = build.diagnostics.count(Severity::error);
    if (names.is_string()) add_named(build, names.text(), names, found);
    else if (names.is_array() || names.is_object()) add_set(build, names, found);
    else error(build.diagnostics, "config-type", names, "expected the name of a cell or node set, or a list of names");
    std::vector<std::pair<int, int>> nodes;
    for (std::size_t k = 0; k < found.nodes.size(); ++k)
        for (std::size_t i = 0; i < found.nodes[k].size(); ++i)
            if (found.nodes[k][i]) nodes.emplace_back(static_cast<int>(k), static_cast<int>(i));
    if (nodes.empty() && build.diagnostics.count(Severity::error) == errors)
        complain(build.diagnostics, Severity::warning, "node-set-empty", names, "this set has no cells");
    return nodes;
}

std::vector<int> resolve_cells(Build& build, Node const* names) {
    if (!names) return all_cells(build);
    std::vector<int> cells;
    for (auto const& [population, row] : resolve_nodes(build, *names))
        if (int const cell = build.populations[population].cell[row]; cell >= 0) cells.push_back(cell);
    return cells;
}

std::int64_t Population::row(std::uint64_t id) const {
    if (nodes.ids.empty()) return id - nodes.first_id < nodes.size ? static_cast<std::int64_t>(id - nodes.first_id) : -1;
    auto const found = std::ranges::lower_bound(nodes.ids, id);
    return found != nodes.ids.end() && *found == id ? found - nodes.ids.begin() : -1;
}

std::string default_location(Build const& build, std::vector<int> const& cells) {
    std::set<int> types;
    for (int const cell : cells) types.insert(build.model.cells[cell].type);
    std::vector<std::string> places;
    std::ptrdiff_t somata = 0;
    for (int const type : types) {
        auto const& cable = *build.model.types[type].cable;
        auto const text = morphology::to_string(cable, morphology::default_place(cable));
        if (std::find(places.begin(), places.end(), text) == places.end()) places.push_back(text);
        somata = std::max(somata, std::count_if(cable.sections.begin(), cable.sections.end(),
                                                [](auto const& s) { return s.type == morphology::soma_type; }));
    }
    return fmt::format("{}{}", fmt::join(places, " or "),
                       somata > 1 ? fmt::format(" (the soma has {} sections)", somata) : "");
}

std::vector<int> const& Places::in(int cell) {
    std::vector<Node const*> locations;
    if (locations_ && locations_->is_array())
        for (auto const& child : locations_->children) locations.push_back(&child);
    else if (locations_) locations.push_back(locations_);
    bool const drawn = std::ranges::any_of(locations, [](Node const* node) { return is_drawn(*node); });
    auto const [slot, fresh] = by_type_.try_emplace(build_.model.cells[cell].type);
    if (!fresh && !drawn) return slot->second;
    auto& found = drawn ? with_drawn_ : slot->second;
    found.clear();
    auto& cable = build_.model.types[build_.model.cells[cell].type].cable;
    auto const add = [&](std::string const& text, Location const& where) {
        if (text.find('(') == std::string::npos) {
            auto const all = morphology::compartments(*cable, text, where);
            found.insert(found.end(), all.begin(), all.end());
        } else {
            for (auto const& place : morphology::places(*cable, text, where))
                found.push_back(build_.config.nodes_at_ends && !of_membrane_ ? morphology::keep_node(cable, place)
                                                                             : morphology::compartment(*cable, place));
        }
    };
    for (auto const* node : locations) {
        if (is_drawn(*node)) {
            draw(cell, *node, found);
        } else if (!node->is_string()) {
            error(build_.diagnostics, "config-type", *node,
                  "expected a location such as \"soma(0.5)\", or a list of locations");
        } else {
            try {
                add(node->text(), node->where());
            } catch (InputError const& failure) {
                adopt(build_.diagnostics, failure, *node);
            }
        }
    }
    if (!locations_) found.push_back(morphology::compartment(*cable, morphology::default_place(*cable)));
    before_ += static_cast<int>(found.size());
    return found;
}

std::vector<model::Site> place_all_to_all(Build& build, Node const* cells, Node const* locations, bool of_membrane) {
    Places places(build, locations, of_membrane);
    std::vector<model::Site> sites;
    for (int const cell : resolve_cells(build, cells))
        for (int const compartment : places.in(cell)) sites.push_back({cell, compartment});
    return sites;
}

std::vector<model::Site> place_one_to_one(Build& build, Object const& object, Node const* cells, Node const* locations,
                                          bool of_membrane) {
    auto const list = [&](char const* key, Node const* node) {
        std::optional<Column> column;
        if (node && is_csv(*node)) column = read_column(*node, object.what() + "." + key, build.diagnostics);
        return column ? column->list : node ? *node : Node{};
    };
    auto const texts = list("location", locations), names = list("cells", cells);
    std::vector<int> in_order;
    if (names.is_array())
        for (auto const& name : names.children) {
            auto const meant = resolve_cells(build, &name);
            in_order.insert(in_order.end(), meant.begin(), meant.end());
        }
    else in_order = resolve_cells(build, cells ? &names : nullptr);
    if (texts.is_array() && texts.children.size() != in_order.size()) {
        error(build.diagnostics, "count", *locations,
              fmt::format("{}: {} locations for {} cells", object.what(), texts.children.size(), in_order.size()),
              "\"one_to_one\" means location i in cell i, or one location in all of them");
        return {};
    }
    std::map<std::string, Places> places;  // a text means the same in all cells of a type
    std::vector<model::Site> sites;
    for (std::size_t i = 0; i < in_order.size(); ++i) {
        auto const* text = texts.is_array() ? &texts.children[i] : locations;
        auto const& found =
            places.try_emplace(text ? text->scalar.dump() : "", build, text, of_membrane).first->second.in(in_order[i]);
        for (int const compartment : found) sites.push_back({in_order[i], compartment});
        if (found.size() > 1)
            error(build.diagnostics, "place-ambiguous", *text,
                  fmt::format("{} means {} places in {}; expected one", text->scalar.dump(), found.size(),
                              build.model.cells[in_order[i]].name));
    }
    return sites;
}

}  // namespace rall::io
