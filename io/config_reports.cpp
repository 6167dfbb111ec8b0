// "reports": which variable is sampled, where and when.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "io/build.hpp"
#include "morphology/region.hpp"

namespace rall::io {
namespace {

/// A variable of compartments: v, i_membrane, an ion's, or a mechanism's.
struct Variable {
    std::string mechanism;  ///< empty unless a mechanism owns it
    std::string name;
    std::string units;
    std::string ion;  ///< of an ion variable
};

/// "cai", "cao", "ica", "eca" for an ion the model uses.
std::optional<Variable> ion_variable(std::string const& name, std::set<std::string> const& ions) {
    for (auto const& ion : ions) {
        if (name == ion + "i" || name == ion + "o") return Variable{"", name, "mM", ion};
        if (name == "i" + ion) return Variable{"", name, "mA/cm2", ion};
        if (name == "e" + ion) return Variable{"", name, "mV", ion};
    }
    return std::nullopt;
}

/// Whether a mechanism of this name is painted on cells of some type.
bool painted(Build const& build, std::string const& mechanism) {
    for (auto const& type : build.model.types)
        for (auto const& paint : type.mechanisms)
            if (paint.mechanism == mechanism) return true;
    return false;
}

/// The variable that "v", "cai", "hh.m" or "m_hh" means; nothing after an error.
std::optional<Variable> resolve_variable(Build& build, std::string const& name, Node const& where) {
    if (name == "v") return Variable{"", "v", "mV", ""};
    if (name == "i_membrane") return Variable{"", "i_membrane", "nA", ""};
    std::set<std::string> ions, choices{"v", "i_membrane"};
    for (auto const& type : build.model.types)
        for (auto const& paint : type.mechanisms) {
            auto const* info = build.mechanisms.at(paint.mechanism);
            for (int i = 0; i < info->n_ions; ++i) ions.insert(info->ions[i].name);
            for (int i = 0; i < info->n_variables; ++i)
                if (info->variables[i].ion < 0) choices.insert(paint.mechanism + "." + info->variables[i].name);
        }
    for (auto const& ion : ions)
        for (auto const& text : {ion + "i", ion + "o", "i" + ion, "e" + ion}) choices.insert(text);
    if (auto const found = ion_variable(name, ions)) return found;
    auto const dot = name.find('.');
    for (auto const& [mechanism, info] : build.mechanisms) {
        auto const suffix = "_" + mechanism;
        std::string variable;
        if (dot != std::string::npos && name.substr(0, dot) == mechanism) variable = name.substr(dot + 1);
        else if (name.size() > suffix.size() && name.ends_with(suffix))
            variable = name.substr(0, name.size() - suffix.size());
        auto const* found = variable.empty() ? nullptr : find_variable(*info, variable);
        if (found && painted(build, mechanism)) return Variable{mechanism, variable, found->units, ""};
    }
    error(build.diagnostics, "variable-unknown", where, fmt::format("the model has no variable '{}'", name),
          did_you_mean(name, {choices.begin(), choices.end()}));
    return std::nullopt;
}

/// Compartments of a cell type that have a variable, per compartment.
std::vector<char> has_variable(Build const& build, model::CellType const& type, Variable const& variable) {
    auto const anywhere = variable.mechanism.empty() && variable.ion.empty();
    std::vector<char> has(type.cable->compartments.size(), anywhere);
    for (auto const& paint : type.mechanisms) {
        auto const* info = build.mechanisms.at(paint.mechanism);
        bool owns = paint.mechanism == variable.mechanism;
        for (int i = 0; i < info->n_ions; ++i) owns |= variable.ion == info->ions[i].name;
        if (owns)
            for (int const i : paint.compartments) has[i] = 1;
    }
    return has;
}

/// Compartments of "sections": all of them, or the one in the middle of each section.
std::vector<int> of_sections(morphology::Cable const& cable, std::string const& name, bool centre, Node const* where) {
    auto const chosen = morphology::sections(cable, name, where ? where->where() : Location{});
    std::vector<int> compartments;
    for (int const index : chosen) {
        auto const& section = cable.sections[index];
        if (centre) compartments.push_back(section.first + section.nseg / 2);
        else
            for (int i = 0; i < section.nseg; ++i) compartments.push_back(section.first + i);
    }
    return compartments;
}

void add_sites(Build& build, Object& object, Variable const& variable, model::Probe& probe) {
    auto const cells = resolve_cells(build, object.find("cells"));
    auto const* location = object.find("location");
    auto const* sections_node = object.find("sections");
    if (location && sections_node)
        error(build.diagnostics, "config-conflict", *sections_node,
              "'location' and 'sections' both say where; expected one of them");
    if (!location && !sections_node) object.assumed("location", "middle of the soma");
    auto const sections = object.optional_text("sections");
    bool const centre = object.choice("compartments", sections.value_or("soma") == "soma"
                                                          ? std::vector<std::string>{"center", "all"}
                                                          : std::vector<std::string>{"all", "center"}) == "center";
    Places places(build, location);
    std::map<int, std::vector<int>> by_type;
    for (int const cell : cells) {
        int const type = build.model.cells[cell].type;
        auto const [slot, fresh] = by_type.try_emplace(type);
        if (fresh) {
            try {
                slot->second =
                    sections ? of_sections(build.cable(cell), *sections, centre, sections_node) : places.in(cell);
            } catch (InputError const& failure) {
                adopt(build.diagnostics, failure, *sections_node);
            }
            auto const has = has_variable(build, build.model.types[type], variable);
            auto const lacking = std::erase_if(slot->second, [&](int i) { return !has[i]; });
            if (lacking > 0)
                complain(build.diagnostics, sections && !slot->second.empty() ? Severity::note : Severity::error,
                         "variable-absent", object.node(),
                         fmt::format("{}: {} compartment{} of {} ha{} no {}", object.what(), lacking,
                                     lacking == 1 ? "" : "s", build.model.types[type].name, lacking == 1 ? "s" : "ve",
                                     variable.mechanism.empty() ? variable.name : variable.mechanism),
                         sections ? "they are left out" : "choose a place where the mechanism is painted");
        }
        for (int const compartment : slot->second) probe.sites.push_back({cell, compartment, {-1, -1}});
    }
}

/// "synapses": a variable of an entry's instances.
std::optional<Variable> synapse_variable(Build& build, Object& object, std::string const& name, model::Probe& probe) {
    auto const text = object.optional_text("synapses");
    if (!text) return std::nullopt;
    auto const found = build.synapses.find(*text);
    if (found == build.synapses.end()) {
        std::vector<std::string> names;
        for (auto const& [known, set] : build.synapses) names.push_back(known);
        error(build.diagnostics, "target-unknown", *object.find("synapses"),
              fmt::format("'synapses' has no entry '{}'", *text), did_you_mean(*text, names));
        return std::nullopt;
    }
    auto const& set = build.model.points[found->second];
    auto const info = build.mechanisms.find(set.mechanism);
    if (info == build.mechanisms.end()) return std::nullopt;
    auto const* variable = find_variable(*info->second, name);
    if (!variable) {
        std::vector<std::string> names;
        for (int i = 0; i < info->second->n_variables; ++i) names.emplace_back(info->second->variables[i].name);
        error(build.diagnostics, "variable-unknown", *object.find("variable_name"),
              fmt::format("{} has no variable '{}'", set.mechanism, name), did_you_mean(name, names));
        return std::nullopt;
    }
    for (std::size_t i = 0; i < set.cell.size(); ++i)
        probe.sites.push_back({set.cell[i], set.compartment[i], {found->second, static_cast<int>(i)}});
    return Variable{set.mechanism, name, variable->units, ""};
}

void add_report(Build& build, Node const& node, std::set<std::string>& files) {
    Object object(node, "reports." + node.key, build.diagnostics);
    auto& model = build.model;
    if (!object.flag("enabled", true)) return;
    if (object.has("module")) object.choice("module", {"membrane_report"});
    bool const of_synapses = object.has("synapses");
    if (object.has("type"))
        object.choice("type",
                      of_synapses ? std::vector<std::string>{"synapse"} : std::vector<std::string>{"compartment"});
    model::Probe probe;
    probe.name = node.key;
    auto const name = object.required_text("variable_name");
    auto const errors = build.diagnostics.count(Severity::error);
    std::optional<Variable> variable;
    if (object.has("variable_name"))
        variable = of_synapses ? synapse_variable(build, object, name, probe)
                               : resolve_variable(build, name, *object.find("variable_name"));
    probe.dt = object.number("dt", model.dt, positive, "ms");
    if (probe.dt < model.dt)
        complain(build.diagnostics, Severity::warning, "report-dt", *object.find("dt"),
                 fmt::format("{}: dt {} ms is shorter than a step; {} ms is taken", object.what(), probe.dt, model.dt));
    probe.dt = std::max(probe.dt, model.dt);
    probe.start = object.optional_number("start_time", not_negative).value_or(0);
    probe.stop = object.optional_number("end_time", not_negative).value_or(model.tstop);
    if (probe.stop <= probe.start && build.diagnostics.count(Severity::error) == errors)
        error(build.diagnostics, "report-empty", node,
              fmt::format("{} samples nothing: it starts at {} ms and ends at {} ms", object.what(), probe.start,
                          probe.stop));
    auto file = object.optional_text("file_name").value_or(node.key);
    if (!file.ends_with(".h5")) file += ".h5";
    if (file.find('/') != std::string::npos || !files.insert(file).second)
        error(build.diagnostics, "report-file", node,
              fmt::format("{}: '{}' is no name of its own in the output directory", object.what(), file));
    auto const units = object.optional_text("unit");
    if (variable && !of_synapses) add_sites(build, object, *variable, probe);
    if (variable) {
        probe.variable = variable->name;
        probe.mechanism = variable->mechanism;
        if (probe.sites.empty() && build.diagnostics.count(Severity::error) == errors)
            error(build.diagnostics, "report-empty", node, fmt::format("{} has no place to look at", object.what()));
        build.config.reports.push_back(
            {node.key, file, units.value_or(variable->units), static_cast<int>(model.probes.size())});
        model.probes.push_back(std::move(probe));
        object.finish();
    }
}

}  // namespace

void add_reports(Build& build, Node const& reports) {
    Object list(reports, "reports", build.diagnostics);
    std::set<std::string> files{build.config.spikes_file};
    for (auto const& node : reports.children) add_report(build, node, files);
}

}  // namespace rall::io
