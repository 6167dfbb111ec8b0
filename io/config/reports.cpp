// "reports": which variable is sampled, where and when.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>
#include <utility>

#include "base/text.hpp"
#include "base/whole.hpp"
#include "io/config/build.hpp"
#include "morphology/region.hpp"

namespace rall::io {
namespace {

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
    if (!location && !sections_node) object.assumed("location", default_location(build, cells));
    auto const sections = object.optional_text("sections");
    bool const centre = object.choice("compartments", sections.value_or("soma") == "soma"
                                                          ? std::vector<std::string>{"center", "all"}
                                                          : std::vector<std::string>{"all", "center"}) == "center";
    Places places(build, location, variable.name != "v");
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

/// "inputs": the electrodes of one entry or several.
std::vector<Target> input_entries(Build& build, Object& object) {
    std::vector<Target> targets;
    for (auto const* node : object.texts("inputs")) {
        auto const [name, index] = split_index(node->text());
        auto const found = build.inputs.find(name);
        if (found != build.inputs.end()) {
            targets.push_back(instances_of(build, found->second, index, *node));
            continue;
        }
        std::vector<std::string> names;
        for (auto const& [known, set] : build.inputs) names.push_back(known);
        error(build.diagnostics, "target-unknown", *node, fmt::format("'inputs' has no electrodes of an entry '{}'", name),
              did_you_mean(name, names));
        targets.emplace_back();
    }
    return targets;
}

/// "synapses" or "inputs": a variable of the instances of one entry or several, whose mechanisms all have it; those of a cell side by side.
std::optional<Variable> instance_variable(Build& build, Object& object, std::string const& name, model::Probe& probe) {
    auto const* key = object.has("synapses") ? "synapses" : "inputs";
    if (object.has("synapses") && object.has("inputs"))
        error(build.diagnostics, "config-conflict", object.at("inputs"),
              "'synapses' and 'inputs' both say whose variable; expected one of them");
    std::optional<Variable> variable;
    std::set<std::pair<int, int>> taken;
    for (auto const& target : object.has("synapses") ? resolve_entries(build, object, key) : input_entries(build, object)) {
        if (target.set < 0) return std::nullopt;
        auto const& set = build.model.points[target.set];
        auto const found = resolve_variable(build, set, name, object.at("variable_name"));
        if (!found) return std::nullopt;
        if (variable && variable->units != found->units) {
            error(build.diagnostics, "report-units", object.at(key),
                  fmt::format("{}: {} is in {} in {}, but in {} in {}", object.what(), name, found->units,
                              found->mechanism, variable->units, variable->mechanism),
                  "write a report for each");
            return std::nullopt;
        }
        if (!variable) variable = found;
        for (int i = target.first; i < target.first + target.count; ++i)
            if (taken.emplace(target.set, i).second)
                probe.sites.push_back({set.cell[i], set.compartment[i], {target.set, i}});
    }
    std::ranges::stable_sort(probe.sites, {}, &model::Site::cell);
    return variable;
}

/// "cells" of a report of type "lfp": all that can carry current through their membranes. An end of a section that is a node of its own
/// has the currents of the synapses there.
void add_sources(Build& build, Object& object, model::Probe& probe) {
    std::set<std::tuple<int, std::array<double, 3>, std::array<double, 4>>> places;
    int same = 0;
    for (int const cell : resolve_cells(build, object.find("cells"))) {
        auto const& [position, rotation] = build.model.cells[cell].placement;
        same += !places.emplace(build.model.cells[cell].type, position, rotation).second;
        for (int i = 0; i < static_cast<int>(build.cable(cell).compartments.size()); ++i)
            probe.sites.push_back({cell, i, {-1, -1}});
    }
    if (same > 0)
        complain(build.diagnostics, Severity::warning, "lfp-same-place", object.node(),
                 fmt::format("{}: {} cell{} in the very place of another, since cells of one entry share their 3-D points",
                             object.what(), same, same == 1 ? " lies" : "s lie"),
                 "say where each lies: \"position\": [[x, y, z], ...] in their entry of 'cells'");
}

/// Samples fall on steps: says what becomes of times that do not, and of an end that the run does not reach.
void fit_to_steps(Build& build, Object& object, Node const& node, model::Probe& probe) {
    auto const& model = build.model;
    auto const tell = [&](Severity severity, char const* code, char const* key, std::string const& message) {
        auto const* given = object.find(key);
        complain(build.diagnostics, severity, code, given ? *given : node, object.what() + ": " + message);
    };
    auto const sampling = model::sampling_of(probe, model.dt);
    auto const ms = [&](std::int64_t steps) { return static_cast<double>(steps) * model.dt; };
    auto const is = [&](double wish, std::int64_t steps) {
        return std::abs(wish / model.dt - static_cast<double>(steps)) < 1e-6;
    };
    auto const text = [](double time) { return fmt::format("{:.10g}", time); };
    if (!is(probe.dt, sampling.period))
        tell(Severity::warning, "report-dt", "dt",
             fmt::format("dt {} ms is no whole number of steps of {} ms: samples are {} ms apart", text(probe.dt),
                         text(model.dt), text(ms(sampling.period))));
    if (!is(probe.start, sampling.start))
        tell(Severity::note, "report-start", "start_time",
             fmt::format("{} ms lies between two steps: the first sample is at {} ms", text(probe.start),
                         text(ms(sampling.start))));
    if (sampling.count > 0 && !is(probe.stop, sampling.stop()))
        tell(Severity::note, "report-end", object.has("end_time") ? "end_time" : "dt",
             fmt::format("samples before {} ms end at {} ms, and the file says [{}, {}, {}]", text(probe.stop),
                         text(ms(sampling.stop() - sampling.period)), text(ms(sampling.start)),
                         text(ms(sampling.stop())), text(ms(sampling.period))));
}

/// BMTK's netcon_report: a variable of the synapses of some cells whose mechanism begins with "syn_type".
std::optional<Variable> synapse_variable(Build& build, Object& object, std::string const& name, model::Probe& probe) {
    object.ignore("sections", "the synapses of all sections are recorded");
    auto const type = object.text("syn_type");
    auto const cells = resolve_cells(build, object.find("cells"));
    std::optional<Variable> variable;
    std::vector<std::string> names;
    for (auto const& [label, index] : build.synapses) {
        auto const& set = build.model.points[static_cast<std::size_t>(index)];
        names.push_back(set.mechanism);
        if (!set.mechanism.starts_with(type)) continue;
        variable = resolve_variable(build, set, name, object.at("variable_name"));
        if (!variable) return std::nullopt;
        for (std::size_t i = 0; i < set.cell.size(); ++i)
            if (std::ranges::binary_search(cells, set.cell[i]))
                probe.sites.push_back({set.cell[i], set.compartment[i], {index, static_cast<int>(i)}});
    }
    if (!variable)
        error(build.diagnostics, "report-empty", object.node(), fmt::format("{}: no synapses are of the mechanism '{}'", object.what(), type),
              did_you_mean(type, names));
    std::ranges::stable_sort(probe.sites, {}, &model::Site::cell);
    return variable;
}

/// Artificial cells that "cells" means, where it means no others.
std::vector<model::Site> artificial_cells(Build& build, Object& object) {
    auto const* cells = object.find("cells");
    if (!cells || std::ranges::none_of(build.model.points, [](model::PointSet const& set) { return !set.gid.empty(); })) return {};
    std::vector<model::Site> sites;
    for (auto const& [population, row] : resolve_nodes(build, *cells)) {
        auto const& of = build.populations[static_cast<std::size_t>(population)];
        if (of.cell[static_cast<std::size_t>(row)] >= 0) return {};
        auto const source = of.source[static_cast<std::size_t>(row)];
        if (source < 0) continue;
        if (auto const* point = std::get_if<model::PointRef>(&build.model.sources[static_cast<std::size_t>(source)].origin)) sites.push_back({-1, -1, *point});
    }
    return sites;
}

/// The variable of artificial cells, which all must have.
std::optional<Variable> artificial_variable(Build& build, Object& object, std::string const& name, std::vector<model::Site> const& sites) {
    std::optional<Variable> variable;
    for (int last = -1; auto const& site : sites) {
        if (std::exchange(last, site.point.set) == site.point.set) continue;
        auto const found = resolve_variable(build, build.model.points[static_cast<std::size_t>(site.point.set)], name, object.at("variable_name"));
        if (!found) return found;
        if (!variable) variable = found;
    }
    for (auto const* key : {"sections", "location", "compartments"}) object.ignore(key, "artificial cells have no sections");
    return variable;
}

/// "Mechanism.variable" of all synapses in compartments of "sections", as the Blue Brain form has it.
std::optional<Variable> variable_of_synapses(Build& build, Object& object, std::string const& name, model::Probe& probe) {
    auto const dot = name.find('.');
    auto const mechanism = name.substr(0, dot);
    auto const variable = dot == std::string::npos ? std::string("i") : name.substr(dot + 1);
    auto const sections = object.choice("sections", {"soma", "all", "axon", "dend", "apic"});
    bool const centre = object.choice("compartments", sections == "soma" ? std::vector<std::string>{"center", "all"}
                                                                         : std::vector<std::string>{"all", "center"}) == "center";
    std::map<int, std::vector<int>> of_type;
    auto const cells = resolve_cells(build, object.find("cells"));
    std::set<int> const chosen(cells.begin(), cells.end());
    std::optional<Variable> found;
    std::set<std::string> names;
    for (std::size_t k = 0; k < build.model.points.size(); ++k) {
        auto const& set = build.model.points[k];
        if (!set.cell.empty() && set.cell[0] >= 0) names.insert(set.mechanism);
        if (set.mechanism != mechanism) continue;
        found = resolve_variable(build, set, variable, object.at("variable_name"));
        if (!found) return found;
        for (std::size_t i = 0; i < set.cell.size(); ++i) {
            int const cell = set.cell[i];
            if (!chosen.contains(cell)) continue;
            auto const [slot, fresh] = of_type.try_emplace(build.model.cells[static_cast<std::size_t>(cell)].type);
            if (fresh) slot->second = of_sections(build.cable(cell), sections, centre, object.find("sections"));
            if (std::ranges::find(slot->second, set.compartment[i]) != slot->second.end())
                probe.sites.push_back({cell, set.compartment[i], {static_cast<int>(k), static_cast<int>(i)}});
        }
    }
    if (!found)
        error(build.diagnostics, "variable-unknown", object.at("variable_name"), fmt::format("the model has no synapses '{}'", mechanism),
              did_you_mean(mechanism, {names.begin(), names.end()}));
    std::ranges::stable_sort(probe.sites, {}, &model::Site::cell);
    return found;
}

/// Whether a name alone means a mechanism, of which `i` is looked at ("pas").
std::string with_variable(Build const& build, std::string const& name) {
    return name.find('.') == std::string::npos && build.mechanisms.contains(name) ? name + ".i" : name;
}

/// `one`: the variable that is looked at, where the report names several.
void add_report(Build& build, Node const& node, Node const* one) {
    Object object(node, "reports." + node.key, build.diagnostics, keys_of("report"));
    auto& model = build.model;
    if (!object.flag("enabled")) return;
    auto const label = one ? node.key + "_" + one->text() : node.key;
    // BMTK's name for potentials outside of cells; the variable that it wants named is of no use to it.
    auto const module = object.has("module") ? object.choice("module") : "";
    bool const is_extracellular = module == "extracellular", of_synapses = module == "netcon_report";
    if (is_extracellular) object.ignore("variable_name", "potentials are of all currents through membranes");
    bool const of_instances = of_synapses || object.has("synapses") || object.has("inputs");
    std::string type = is_extracellular ? "lfp" : "compartment";
    if (object.has("type") && !is_extracellular)
        type = object.choice("type", object.has("synapses") ? std::vector<std::string>{"synapse"}
                                     : build.circuit        ? std::vector<std::string>{"compartment", "lfp", "summation", "synapse", "compartment_set"}
                                                            : std::vector<std::string>{"compartment", "lfp", "summation"});
    bool const of_field = type == "lfp", of_sum = type == "summation";
    if (!of_sum && object.has("scaling")) {
        object.choice("scaling");
        object.ignore("scaling", "it is for reports of type summation");
    }
    model::Probe probe;
    probe.name = label;
    auto const* names = object.find("variable_name");
    if (!one && !of_sum && names && names->is_array() && names->children.size() == 1 && names->children[0].is_string()) one = &names->children[0];
    auto const name = of_field ? "i_membrane" : one ? one->text() : object.required_text("variable_name");
    if (type == "compartment" && !of_instances) probe.sites = artificial_cells(build, object);
    bool const artificial = !probe.sites.empty();
    auto const errors = build.diagnostics.count(Severity::error);
    std::optional<Variable> variable;
    std::optional<model::Extracellular> field;
    if (of_field) {
        variable = Variable{"", name, "mV", ""};
        field = read_extracellular(build, object);
    } else if (of_sum) {
        variable = Variable{"", name, "nA", ""};
    } else if (object.has("variable_name")) {
        variable = of_synapses         ? synapse_variable(build, object, name, probe)
                   : artificial        ? artificial_variable(build, object, name, probe.sites)
                   : of_instances      ? instance_variable(build, object, name, probe)
                   : type == "synapse" ? variable_of_synapses(build, object, name, probe)
                                       : resolve_variable(build, with_variable(build, name), object.at("variable_name"));
    }
    probe.dt = object.number("dt", model.dt);
    probe.start = object.optional_number("start_time").value_or(0);
    probe.stop = object.optional_number("end_time").value_or(model.tstop);
    if (probe.stop > model.tstop) {
        complain(build.diagnostics, Severity::note, "report-end", object.at("end_time"),
                 fmt::format("{} ends with the run, at {} ms", object.what(), model.tstop));
        probe.stop = model.tstop;
    }
    if (!(probe.dt / model.dt <= most_exact))
        error(build.diagnostics, "config-range", object.at("dt"),
              fmt::format("{}.dt is {}; expected at most {:.3g} steps of {} ms", object.what(), probe.dt, most_exact, model.dt));
    if (build.diagnostics.count(Severity::error) == errors) {
        if (model::sampling_of(probe, model.dt).count == 0)
            error(build.diagnostics, "report-empty", node,
                  fmt::format("{} samples nothing: it starts at {} ms and ends at {} ms", object.what(), probe.start,
                              probe.stop));
        else fit_to_steps(build, object, node, probe);
    }
    auto file = object.optional_text("file_name") ? name_in_output(build, object.at("file_name")) : label;
    if (one && object.has("file_name") && label != node.key) file = (file.ends_with(".h5") ? file.substr(0, file.size() - 3) : file) + "_" + one->text();
    if (!file.ends_with(".h5")) file += ".h5";
    auto const* named = object.find("file_name");
    claim_file(build, named ? *named : node, object.what(), file);
    auto const units = object.optional_text("unit");
    std::optional<ReportSum> sum;
    int const index = static_cast<int>(model.probes.size());
    if (of_field) add_sources(build, object, probe);
    else if (of_sum && build.diagnostics.count(Severity::error) == errors) sum = read_report_sum(build, object, probe);
    else if (type == "compartment_set") {
        if (auto const* set = object.required("compartment_set")) probe.sites = build.circuit->compartment_set(build, *set);
        for (auto const* key : {"cells", "sections", "compartments"}) object.ignore(key, "the compartment set says where");
        std::ranges::stable_sort(probe.sites, {}, &model::Site::cell);
    } else if (variable && !artificial && !of_instances && type != "synapse") add_sites(build, object, *variable, probe);
    if (sum) {
        build.config.reports.push_back({label, file, units.value_or("nA"), index, {}, std::move(sum)});
        object.finish();
    } else if (variable && !of_sum) {
        probe.variable = variable->name;
        probe.mechanism = variable->mechanism;
        if (probe.sites.empty() && build.diagnostics.count(Severity::error) == errors)
            error(build.diagnostics, "report-empty", node, fmt::format("{} has no place to look at", object.what()));
        build.config.reports.push_back({label, file, units.value_or(variable->units), index, std::move(field)});
        model.probes.push_back(std::move(probe));
        object.finish();
    }
}

/// The list of names of a report that has several variables, each a report of its own. Potentials outside and sums are one, whatever they name.
Node const* several_variables(Node const& node) {
    auto const* names = node.find("variable_name");
    if (!names || !names->is_array() || names->children.size() < 2 || !std::ranges::all_of(names->children, &Node::is_string)) return nullptr;
    auto const says = [&](char const* key, char const* value) { return node.find(key) && node.find(key)->is_string() && node.find(key)->text() == value; };
    return says("type", "summation") || says("type", "lfp") || says("module", "extracellular") ? nullptr : names;
}

}  // namespace

void add_reports(Build& build, Node const& reports) {
    Object list(reports, "reports", build.diagnostics);
    auto const add = [&](Node const& node, Node const* one) {
        add_report(build, node, one);
        build.config.report_of_probe.resize(build.model.probes.size(), static_cast<int>(build.config.reports.size()) - 1);
    };
    for (auto const& node : reports.children) {
        auto const* names = several_variables(node);
        if (!names) {
            add(node, nullptr);
            continue;
        }
        complain(build.diagnostics, Severity::note, "report-variables", *names,
                 fmt::format("reports.{}: {} variables, of which each has a file of its own", node.key, names->children.size()));
        for (auto const& one : names->children) add(node, &one);
    }
}

}  // namespace rall::io
