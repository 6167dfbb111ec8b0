// Names of cells: entries of "cells", single cells of them, and the sets of a SONATA node_sets_file; and places in cells.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
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

/// Cells while they are collected; each set of the file is gone through once, however often it is named.
struct Collected {
    std::set<int> cells = {};
    std::set<std::string> open = {}, done = {};  ///< sets
};

void add_named(Build& build, std::string const& name, Node const& where, Collected& found);

/// A set by its attributes: {"node_id": [0, 1]}, {"population": "cells"}, {"model_type": "biophysical"}.
void add_by_attributes(Build& build, Node const& set, std::set<int>& cells) {
    Object object(set, "node set '" + set.key + "'", build.diagnostics);
    bool none = false;
    for (auto const& [key, only] : {std::pair{"population", "cells"}, std::pair{"model_type", "biophysical"}}) {
        auto const wanted = object.texts(key);
        if (!wanted.empty() &&
            std::none_of(wanted.begin(), wanted.end(), [&only = only](auto* node) { return node->text() == only; }))
            none = true;
    }
    std::vector<double> ids;
    if (auto const* node_id = object.find("node_id"); node_id && node_id->is_number())
        ids = {object.required_number("node_id")};
    else if (node_id) ids = object.numbers("node_id");
    object.finish();
    if (none) return;
    if (!object.has("node_id")) {
        auto const all = all_cells(build);
        cells.insert(all.begin(), all.end());
    }
    for (double const id : ids) {
        if (id >= 0 && id < static_cast<double>(build.model.cells.size()) && id == std::floor(id))
            cells.insert(truncated<int>(id));
        else
            error(build.diagnostics, "index-range", *set.find("node_id"),
                  fmt::format("there is no cell {}: cells have node ids 0 to {}", id, build.model.cells.size() - 1));
    }
}

void add_set(Build& build, Node const& set, Collected& found) {
    if (!set.is_array()) return add_by_attributes(build, set, found.cells);
    for (auto const& child : set.children) {
        if (child.is_string()) add_named(build, child.text(), child, found);
        else error(build.diagnostics, "config-type", child, "a compound node set is a list of names");
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
        int const first = index < 0 ? 0 : index;
        for (int i = first; i < (index < 0 ? entry.count : index + 1); ++i) collected.cells.insert(entry.first + i);
        return;
    }
    auto const* sets = build.node_set_file ? &build.node_set_file->root() : nullptr;
    if (auto const* set = sets ? sets->find(name) : nullptr) {
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
    std::vector<std::string> names;
    if (!build.is_flooded())
        for (auto const& entry : build.cells) names.push_back(entry.name);
    if (sets && !build.is_flooded())
        for (auto const& set : sets->children) names.push_back(set.key);
    error(build.diagnostics, "node-set-unknown", where, fmt::format("no cell and no node set is called '{}'", name),
          did_you_mean(base, names));
}

}  // namespace

CellEntry const& entry_of(Build const& build, int cell) {
    return *std::prev(std::ranges::upper_bound(build.cells, cell, {}, &CellEntry::first));
}

std::pair<std::string, int> split_index(std::string const& name) {
    auto const open = name.find('[');
    if (open == std::string::npos || !name.ends_with(']')) return {name, -1};
    int index = -1;
    auto const* last = name.data() + name.size() - 1;
    auto const [end, code] = std::from_chars(name.data() + open + 1, last, index);
    if (code != std::errc() || end != last || index < 0) return {name, -1};
    return {name.substr(0, open), index};
}

std::vector<int> resolve_cells(Build& build, Node const* names) {
    if (!names) return all_cells(build);
    Collected found;
    auto const& cells = found.cells;
    auto const errors = build.diagnostics.count(Severity::error);
    if (names->is_string()) add_named(build, names->text(), *names, found);
    else if (names->is_array()) add_set(build, *names, found);
    else error(build.diagnostics, "config-type", *names, "expected the name of a cell or node set, or a list of names");
    if (cells.empty() && build.diagnostics.count(Severity::error) == errors)
        complain(build.diagnostics, Severity::warning, "node-set-empty", *names, "this set has no cells");
    return {cells.begin(), cells.end()};
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
