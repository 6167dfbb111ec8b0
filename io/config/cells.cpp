// "cells": entry by entry a shape and its biophysics, then cell types, cells and their spike detectors.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "io/config/build.hpp"
#include "io/config/cell_type.hpp"
#include "morphology/asc.hpp"
#include "morphology/options.hpp"

namespace rall::io {
namespace {

using morphology::CutRule;
using morphology::Morphology;

constexpr std::array region_types{std::pair{"soma", morphology::soma_type}, std::pair{"axon", morphology::axon_type},
                                  std::pair{"dend", morphology::dend_type}, std::pair{"apic", morphology::apic_type}};

/// "dend" and "dend[0]" are the same section.
std::string full_name(std::string const& name) { return name.ends_with(']') ? name : name + "[0]"; }

std::shared_ptr<Morphology const> read_stylized(CellPlan& plan, Node const& list, std::string const& what,
                                                Diagnostics& diagnostics) {
    if (!list.is_array() || list.children.empty()) {
        error(diagnostics, "config-type", list,
              what + ": expected a list of sections [{\"name\": \"soma\", \"L\": 20, \"diam\": 20}, ...]");
        return nullptr;
    }
    auto const errors = diagnostics.count(Severity::error);
    std::vector<morphology::Cylinder> cylinders;
    std::vector<std::string> names;
    std::map<int, int> counts;
    for (auto const& node : list.children) {
        Object object(node, what, diagnostics);
        morphology::Cylinder cylinder;
        auto const name = full_name(object.required_text("name"));
        auto const region = name.substr(0, name.find('['));
        bool known = false;
        std::vector<std::string> regions;
        for (auto const& [usual, type] : region_types) {
            regions.emplace_back(usual);
            if (region == usual) known = true, cylinder.type = type;
        }
        if (object.has("name")) {
            auto const expected = fmt::format("{}[{}]", region, counts[cylinder.type]++);
            if (!known)
                error(diagnostics, "stylized-name", *node.find("name"), fmt::format("'{}' is in no known region", name),
                      did_you_mean(region, regions));
            else if (name != expected)
                error(diagnostics, "stylized-name", *node.find("name"),
                      fmt::format("sections of a region are counted in order: expected '{}'", expected));
        }
        cylinder.length = object.required_number("L", positive);
        cylinder.diam = object.required_number("diam", positive);
        if (!names.empty()) {
            cylinder.parent = 0;
            if (auto const parent = object.optional_text("parent")) {
                auto const found = std::find(names.begin(), names.end(), full_name(*parent));
                cylinder.parent = static_cast<int>(found - names.begin());
                if (found == names.end())
                    error(diagnostics, "stylized-parent", *node.find("parent"),
                          fmt::format("no earlier section is called '{}'", *parent), did_you_mean(*parent, names));
            }
            cylinder.parent_x = object.optional_number("parent_x", {0, true, 1}).value_or(1);
        }
        if (object.has("nseg"))
            plan.overrides.emplace_back(
                name, CutRule{CutRule::By::nseg, static_cast<double>(object.integer("nseg", 1, 1, 32767))});
        object.finish();
        names.push_back(name);
        cylinders.push_back(cylinder);
    }
    if (diagnostics.count(Severity::error) > errors) return nullptr;
    return std::make_shared<Morphology const>(morphology::stylized(cylinders));
}

std::shared_ptr<Morphology const> read_shape(Build& build, CellPlan& plan, Object& object) {
    auto const* file = object.find("morphology");
    auto const* stylized = object.find("stylized");
    morphology::SwcOptions options;
    if (auto const* given = object.find("morphology_options")) {
        Object list(*given, object.what() + ".morphology_options", build.diagnostics);
        for (auto const& option : given->children) {
            try {
                morphology::set_option(options, option.key, list.optional_text(option.key).value_or(""));
            } catch (InputError const& failure) {
                adopt(build.diagnostics, failure, option);
            }
        }
    }
    bool const replace = object.flag("replace_axon", false);
    auto const processing = object.choice(
        "model_processing", {"fullaxon", "aibs_perisomatic", "aibs_allactive", "aibs_allactive_fullaxon"});
    bool const perisomatic = replace || processing == "aibs_perisomatic", all_active = processing == "aibs_allactive";
    if (processing.starts_with("aibs_")) plan.rule = CutRule{CutRule::By::per_length, 40};

    if ((file != nullptr) == (stylized != nullptr)) {
        error(build.diagnostics, "config-missing", object.node(),
              fmt::format("{} needs either 'morphology' (a file) or 'stylized' (a list of sections)", object.what()));
        return nullptr;
    }
    if (stylized) return read_stylized(plan, *stylized, object.what() + ".stylized", build.diagnostics);
    auto const path = object.optional_text("morphology") ? build.paths.file(*file, build.diagnostics) : std::nullopt;
    if (!path) return nullptr;
    Shapes own;
    auto key = fmt::format("{} {} {}", path->string(), perisomatic, all_active);
    if (auto const* given = object.node().find("morphology_options"))
        for (auto const& option : given->children) key += ' ' + option.key + '=' + option.scalar.dump();
    auto& known = (build.shapes ? *build.shapes : own)[key];
    if (known) return known;
    // A failure carries all that was found before it.
    Diagnostics found;
    auto shape = morphology::read_morphology(*path, options, found);
    if (perisomatic || all_active)
        shape = morphology::replace_axon(
            shape, all_active ? morphology::AxonStub::all_active : morphology::AxonStub::perisomatic, found);
    build.diagnostics.append(found);
    return known = std::make_shared<Morphology const>(std::move(shape));
}

void read_painting(Build& build, CellPlan& plan, Object& object) {
    auto const* given = object.required("biophysics");
    plan.biophysics.where = given ? given : plan.node;
    if (!given) return;
    if (given->is_string()) {
        if (auto const path = build.paths.file(*given, build.diagnostics))
            plan.biophysics = read_biophysics_file(*path, build.diagnostics);
    } else {
        // Written in the config, or put there from a file of its own (Written), whose directory then counts.
        auto const directory = std::filesystem::path(given->document->file()).parent_path();
        plan.biophysics = read_biophysics(*given, directory, object.what() + ".biophysics", build.diagnostics);
    }
}

/// gid, type and name of a cell; where its spikes are detected.
void add_cell(Build& build, CellEntry const& entry, int index, int compartment) {
    auto& model = build.model;
    auto const gid = build.next_gid++;
    model.cells.push_back({gid, entry.type, entry.numbered ? fmt::format("{}[{}]", entry.name, index) : entry.name});
    model.sources.push_back(
        {gid, model::ThresholdSource{static_cast<int>(model.cells.size()) - 1, compartment, entry.threshold}, true});
}

}  // namespace

std::vector<CellPlan> plan_cells(Build& build, Node const& cells) {
    Object list(cells, "cells", build.diagnostics);
    std::vector<CellPlan> plans;
    for (auto const& node : cells.children) {
        auto& plan = plans.emplace_back();
        Object object(node, "cells." + node.key, build.diagnostics);
        plan.node = &node;
        plan.entry.name = node.key;
        if (object.has("count")) {
            plan.entry.numbered = true;
            plan.entry.count = static_cast<int>(object.integer("count", 1, 1, 100'000'000));
        }
        plan.entry.threshold = object.optional_number("spike_threshold").value_or(build.spike_threshold);
        plan.spike_location = object.find("spike_location");
        plan.pointers = object.find("pointers");
        // A file that cannot be read is one finding among others.
        try {
            plan.morphology = read_shape(build, plan, object);
        } catch (InputError const& failure) {
            adopt(build.diagnostics, failure, node);
        }
        try {
            read_painting(build, plan, object);
        } catch (InputError const& failure) {
            adopt(build.diagnostics, failure, node);
        }
        object.finish();
    }
    if (cells.is_object() && plans.empty())
        error(build.diagnostics, "config-missing", cells, "'cells' is empty: expected at least one cell");
    return plans;
}

void add_cells(Build& build, std::vector<CellPlan> const& plans) {
    auto& model = build.model;
    for (auto const& plan : plans) {
        auto entry = plan.entry;
        entry.first = static_cast<int>(model.cells.size());
        entry.type = static_cast<int>(model.types.size());
        auto const rule = plan.rule ? plan.rule : build.rule;
        try {
            model.types.push_back(paint(entry.name, *plan.morphology, plan.biophysics, rule, plan.overrides,
                                        build.mechanisms, build.diagnostics));
        } catch (InputError const& failure) {
            adopt(build.diagnostics, failure, *plan.biophysics.where);
            build.diagnostics.throw_if_errors();  // without this cell, what names it cannot be understood
        }
        build.config.morphologies.push_back(plan.morphology);
        // The first cell must exist before a place in it can be asked for.
        for (int i = 0; i < entry.count; ++i) add_cell(build, entry, i, 0);
        Places spikes(build, plan.spike_location);
        auto const& found = spikes.in(entry.first);
        if (auto const place = default_location(build, {entry.first}); !plan.spike_location && place != "soma[0](0.5)")
            complain(build.diagnostics, Severity::note, "config-defaults", *plan.node,
                     fmt::format("cells.{}: not given, so spike_location = {}", entry.name, place));
        if (found.size() > 1)
            error(build.diagnostics, "place-ambiguous", *plan.spike_location,
                  "a cell has one spike location; this means several");
        if (!found.empty())
            for (int i = 0; i < entry.count; ++i)
                std::get<model::ThresholdSource>(model.sources[entry.first + i].origin).compartment = found.front();
        build.cell_names.emplace(entry.name, static_cast<int>(build.cells.size()));
        build.cells.push_back(std::move(entry));
    }
}

}  // namespace rall::io
