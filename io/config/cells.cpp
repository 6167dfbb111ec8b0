// "cells": entry by entry a shape and its biophysics, then cell types, cells and their spike detectors.
#include <fmt/format.h>

#include "io/config/build.hpp"
#include "io/config/cell_type.hpp"

namespace rall::io {
namespace {

void read_painting(Build& build, CellPlan& plan, Object& object) {
    auto const* given = object.required("biophysics");
    plan.biophysics.where = given ? given : plan.node;
    if (!given) return;
    if (given->is_string()) {
        auto const path = build.paths.file(*given, build.diagnostics);
        if (path && neuroml::is_neuroml(*path)) {
            plan.neuroml = neuroml::read_cell(*path, build.diagnostics);
            if (plan.neuroml->morphology)
                error(build.diagnostics, "config-conflict", *given, fmt::format("{} has a morphology of its own", path->string()),
                      "say \"neuroml\" instead of \"morphology\" and \"biophysics\"");
        } else if (path && hoc::is_hoc(*path)) {
            plan.hoc = hoc::read(*path, {});
        } else if (path) {
            plan.biophysics = read_biophysics_file(*path, build.diagnostics);
        }
    } else {
        // Written in the config, or put there from a file of its own (Written), whose directory then counts.
        auto const directory = std::filesystem::path(given->document->file()).parent_path();
        plan.biophysics = read_biophysics(*given, directory, object.what() + ".biophysics", build.diagnostics);
    }
}

/// "neuroml": the shape and biophysics of a file.
void read_neuroml(Build& build, CellPlan& plan, Object& object) {
    auto const& given = object.at("neuroml");
    plan.biophysics.where = &given;
    for (auto const* key : {"morphology", "stylized", "biophysics", "add_sections", "replace_axon", "axon", "model_processing", "morphology_options"})
        if (auto const* other = object.find(key))
            complain(build.diagnostics, Severity::error, "config-conflict", *other, fmt::format("'neuroml' and '{}' contradict each other", key),
                     "a NeuroML file has a cell's shape and biophysics; one with biophysics only is given as 'biophysics'", true);
    read_compartments(object, plan.biophysics, build.diagnostics);
    if (!object.optional_text("neuroml")) return;
    auto const path = build.paths.file(given, build.diagnostics);
    if (!path) return;
    auto const errors = build.diagnostics.count(Severity::error);
    plan.neuroml = neuroml::read_cell(*path, build.diagnostics);
    plan.morphology = plan.neuroml->morphology;
    if (!plan.morphology && build.diagnostics.count(Severity::error) == errors)
        error(build.diagnostics, "neuroml-missing", given, fmt::format("the cell of {} has no morphology", path->string()),
              "give 'morphology', and the file as 'biophysics'");
}

/// gid, type and name of a cell; where its spikes are detected.
void add_cell(Build& build, CellEntry const& entry, int index, int compartment) {
    auto& model = build.model;
    auto const gid = build.next_gid++;
    model.cells.push_back({gid, entry.type, entry.numbered ? fmt::format("{}[{}]", entry.name, index) : entry.name, {}, {}});
    model.sources.push_back(
        {gid, model::ThresholdSource{static_cast<int>(model.cells.size()) - 1, compartment, entry.threshold}, true});
}

}  // namespace

std::vector<CellPlan> plan_cells(Build& build, Node const& cells) {
    Object list(cells, "cells", build.diagnostics);
    std::vector<CellPlan> plans;
    Steps steps(build.on_progress, "reading morphologies", cells.children.size());
    for (auto const& node : cells.children) {
        auto& plan = plans.emplace_back();
        Object object(node, "cells." + node.key, build.diagnostics, keys_of("cell"));
        plan.node = &node;
        plan.entry.name = node.key;
        if (object.has("count")) {
            plan.entry.numbered = true;
            plan.entry.count = static_cast<int>(object.integer("count"));
        }
        auto const threshold = object.optional_number("spike_threshold");
        plan.spike_location = object.find("spike_location");
        plan.pointers = object.find("pointers");
        plan_each_cell(build, plan, object);
        // A file that cannot be read is one finding among others.
        auto const attempt = [&](auto const& read) {
            try {
                read();
            } catch (InputError const& failure) {
                adopt(build.diagnostics, failure, node);
            }
        };
        if (object.has("neuroml")) {
            attempt([&] { read_neuroml(build, plan, object); });
        } else {
            attempt([&] { plan.morphology = read_shape(build, plan, object); });
            attempt([&] { read_painting(build, plan, object); });
        }
        auto const own = plan.neuroml ? plan.neuroml->spike_threshold : std::nullopt;
        plan.entry.threshold = threshold ? *threshold : own.value_or(build.spike_threshold);
        object.finish();
        steps.made();
    }
    if (cells.is_object() && plans.empty() && !build.root->find("generators"))
        error(build.diagnostics, "config-missing", cells, "'cells' is empty: expected at least one cell, or generators");
    return plans;
}

void read_foreign_biophysics(Build& build, std::vector<CellPlan>& plans) {
    std::optional<hoc::Vocabulary> vocabulary;
    for (auto& plan : plans) {
        if (!plan.neuroml && !plan.hoc) continue;
        auto given = std::move(plan.biophysics);  // what the config says of compartments wins
        auto const what = "cells." + plan.entry.name;
        if (plan.neuroml) {
            if (!plan.neuroml->complete) build.diagnostics.throw_if_errors();  // without this cell, what names it cannot be understood
            plan.biophysics = read_biophysics(*plan.neuroml, build.mechanisms, what, build.diagnostics);
        } else {
            if (!plan.morphology) continue;
            if (!vocabulary) vocabulary.emplace(build.mechanisms);
            try {
                auto const cell = hoc::instantiate(plan.hoc, *vocabulary, *plan.morphology, plan.attributes, build.diagnostics);
                plan.morphology = cell.morphology;
                plan.section_numbers = cell.numbers;
                plan.biophysics = read_biophysics(cell, what, build.diagnostics);
            } catch (InputError const& failure) {
                adopt(build.diagnostics, failure, *given.where);
                build.diagnostics.throw_if_errors();
            }
        }
        if (given.rule) plan.biophysics.rule = given.rule, plan.biophysics.rule_overrides = std::move(given.rule_overrides);
    }
}

void add_cells(Build& build, std::vector<CellPlan> const& plans) {
    auto& model = build.model;
    std::uint64_t all = 0;
    for (auto const& plan : plans) all += static_cast<std::uint64_t>(plan.entry.count);
    Steps steps(build.on_progress, "building cells", all);
    for (auto const& plan : plans) {
        auto entry = plan.entry;
        entry.first = static_cast<int>(model.cells.size());
        entry.type = static_cast<int>(model.types.size());
        auto const rule = plan.rule ? plan.rule : build.rule;
        try {
            model.types.push_back(paint(entry.name, *plan.morphology, plan.biophysics, rule, plan.own, build.mechanisms,
                                        build.diagnostics));
        } catch (InputError const& failure) {
            adopt(build.diagnostics, failure, *plan.biophysics.where);
            build.diagnostics.throw_if_errors();  // without this cell, what names it cannot be understood
        }
        for (auto const& painted : model.types.back().mechanisms) build.painted.insert(painted.mechanism);
        build.config.morphologies.push_back(plan.morphology);
        build.config.pictured.push_back(
            {entry.name, build.next_gid, static_cast<std::uint64_t>(entry.count), entry.numbered});
        // The first cell must exist before a place in it can be asked for.
        for (int i = 0; i < entry.count; ++i) add_cell(build, entry, i, 0);
        set_each_cell(build, plan, entry);
        Places spikes(build, plan.spike_location);
        auto const& found = spikes.in(entry.first);
        if (auto const place = default_location(build, {entry.first});
            !plan.spike_location && place != "soma[0](0.5)" && place != "soma(0.5)")
            complain(build.diagnostics, Severity::note, "config-defaults", *plan.node,
                     fmt::format("cells.{}: not given, so spike_location = {}", entry.name, place));
        if (found.size() > 1)
            error(build.diagnostics, "place-ambiguous", *plan.spike_location,
                  "a cell has one spike location; this means several");
        if (!found.empty())
            for (int i = 0; i < entry.count; ++i)
                std::get<model::ThresholdSource>(model.sources[entry.first + i].origin).compartment = found.front();
        build.cell_names.emplace(entry.name, static_cast<int>(build.cells.size()));
        steps.made(static_cast<std::uint64_t>(entry.count));
        build.cells.push_back(std::move(entry));
    }
}

}  // namespace rall::io
