#include "io/config/input_keys.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/text.hpp"
#include "io/config/plausible.hpp"

namespace rall::io {
Input::Input(Build& build, Object& object)
    : object(object), build(build), errors_(build.diagnostics.count(Severity::error)) {
    if (build.circuit && object.has("compartment_set")) {
        for (auto const* key : {"node_set", "location"})
            if (auto const* other = object.find(key))
                error(build.diagnostics, "config-conflict", *other, fmt::format("{}: 'compartment_set' and '{}' both say where; expected one of them", object.what(), key));
        set_.label = object.node().key;
        for (auto const& site : build.circuit->compartment_set(build, object.at("compartment_set"))) {
            set_.cell.push_back(site.cell);
            set_.compartment.push_back(site.compartment);
        }
        read_electrode();
        return;
    }
    auto const cells = resolve_cells(build, object.find("node_set"));
    auto const* location = read_location();
    if (!object.has("node_set")) object.assumed("node_set", "all cells");
    if (!location) object.assumed("location", default_location(build, cells));
    set_.label = object.node().key;
    Places places(build, location, set_.label);
    bool told = false;
    for (int const cell : cells) {
        auto const& found = places.in(cell);
        for (int const compartment : found) {
            set_.cell.push_back(cell);
            set_.compartment.push_back(compartment);
        }
        if (found.size() < 2 || told || is_drawn(*location)) continue;
        told = true;  // one example suffices
        complain(build.diagnostics, Severity::note, "input-several-places", *location,
                 fmt::format("{}: {} places in {}, each with an electrode of its own", object.what(), found.size(),
                             build.model.cells[cell].name));
    }
    read_electrode();
}

/// As SONATA's extension says, the modules that it has stand for synapses, whose currents pass the membrane, unless an entry says otherwise. BMTK's IClamp
/// and voltage clamps are electrodes; so is everything where there is no circuit.
void Input::read_electrode() {
    auto const module = object.optional_text("module").value_or("");
    if (module == "seclamp") object.ignore("represents_physical_electrode", "a voltage clamp is an electrode");
    else if (object.has("represents_physical_electrode")) set_.electrode = object.flag("represents_physical_electrode");
    else if (build.circuit && module != "IClamp" && module != "seclamp") set_.electrode = false;
}

model::Values Input::values(std::string_view key) {
    auto const* row = object.row(key);
    return values(key, row->range, row->standard.is_number() ? std::optional(row->standard.number()) : std::nullopt);
}

model::Values Input::values(std::string_view key, Range range, std::optional<double> standard) {
    auto const anything = standard.value_or(std::isfinite(range.low) ? range.low + 1 : 1);
    auto const* node = object.find(key);
    if (!node) {
        auto const& units = object.row(key)->units;
        if (!standard) object.required(key);
        else object.assumed(key, fmt::format("{}{}{}", *standard, units.empty() ? "" : " ", units));
        return anything;
    }
    auto const series = read_series(object, node->key, range, build.diagnostics);
    if (!series || !series->fits(size(), object.what() + ": " + node->key, "electrodes", build.diagnostics))
        return anything;
    if (!series->is_list()) return (*series)[0];
    return size() == 0 ? model::Values(anything) : compact(series->values());
}

model::Values Input::of_cells(char const* key) {
    std::vector<double> all;
    for (int const cell : set_.cell) {
        auto const& entry = entry_of(build, cell);
        auto const found = entry.numbers.find(key);
        if (found == entry.numbers.end()) {
            error(build.diagnostics, "input-cell-value", object.at("module"),
                  fmt::format("{}: {} of '{}' is not known", object.what(), key, build.model.cells[cell].name),
                  fmt::format("give it as cells.{}.{}", entry.name, key));
            return 1.0;
        }
        all.push_back(found->second[static_cast<std::size_t>(cell - entry.first)]);
    }
    return all.empty() ? model::Values(1.0) : compact(std::move(all));
}

model::Values Input::percent(std::string_view percent, char const* key) {
    auto const part = values(percent);
    return combine([](double whole, double p) { return whole * (p / 100); }, of_cells(key), part);
}

void Input::window() {
    set("del", values("delay"));
    set("dur", values("duration"));
}

void Input::seed() {
    if (!object.has("random_seed")) return;
    auto const seeds = values("random_seed");
    for (std::size_t i = 0; i < seeds.size(); ++i)
        if (seeds[i] != std::floor(seeds[i])) {
            error(build.diagnostics, "config-type", object.at("random_seed"),
                  object.what() + ".random_seed: expected a whole number from 0 to 4294967295");
            return;
        }
    set("seed", seeds);
}

void Input::place(std::string const& mechanism, std::string const& suffix) {
    if (build.diagnostics.count(Severity::error) > errors_) return;
    auto set = set_;
    set.label += suffix;
    set.mechanism = mechanism;
    warn_of_units(*this, set);
    build.inputs.emplace(set.label, static_cast<int>(build.model.points.size()));
    build.model.points.push_back(std::move(set));
}

Node const* Input::read_location() {
    auto const* location = object.find("location");
    Node const* named = nullptr;
    for (auto const* key : {"section_name", "section_index", "section_dist"})
        if (auto const* node = object.find(key)) {
            if (!named) named = node;
            if (node->is_array()) {
                error(build.diagnostics, "config-type", *node, fmt::format("{}.{}: lists of sections to choose from are not supported", object.what(), key),
                      "name the place: \"location\": \"dend[3](0.5)\"");
                return location;
            }
        }
    if (!named) return location;
    if (location) {
        error(build.diagnostics, "config-conflict", *location, fmt::format("{}: 'location' and '{}' both say where; expected one of them", object.what(), named->key));
        return location;
    }
    section_ = *named;
    section_.scalar = fmt::format("{}[{}]({})", object.text("section_name"), object.integer("section_index"), object.number("section_dist"));
    return &section_;
}

}  // namespace rall::io
