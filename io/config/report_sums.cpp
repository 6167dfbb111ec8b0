// Reports of type "summation": several variables of compartments, added up in each compartment or over whole cells.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "io/config/build.hpp"
#include "morphology/region.hpp"

namespace rall::io {
namespace {

/// One of the variables: how its instances are found, and what they count.
struct Term {
    std::string name;
    bool of_electrodes = false;    ///< what flows in there is negative
    bool by_area = false;              ///< a density, mA/cm2: times the area it is nA
    std::optional<Variable> variable = {};  ///< of compartments
    std::vector<int> sets = {};        ///< or instances of these
    std::string of_instances = {};     ///< their variable
};

std::vector<std::string> parts_of(std::string const& text) {
    std::vector<std::string> parts(1);
    for (char const c : text) {
        if (c == ',') parts.emplace_back();
        else if (c != ' ' && c != '\t') parts.back() += c;
    }
    return parts;
}

/// Electrodes are called as in NEURON: conductances are SEClamps there, whose resistance changes.
bool is_electrode(std::string const& name) { return name == "IClamp" || name == "SEClamp"; }

std::optional<Term> read_term(Build& build, std::string const& name, bool scaled, Node const& where) {
    Term term{name};
    auto const dot = name.find('.');
    auto const mechanism = name.substr(0, dot);
    auto const variable = dot == std::string::npos ? std::string("i") : name.substr(dot + 1);
    if (is_electrode(mechanism)) {
        term.of_electrodes = true;
        for (auto const& [entry, set] : build.inputs) {
            auto const& points = build.model.points[static_cast<std::size_t>(set)];
            auto const& of = points.mechanism;
            bool const injects = points.electrode.value_or(build.mechanisms.at(of)->electrode_current);
            if ((of == "SEClamp" || of == "OUConductance") == (mechanism == "SEClamp") && injects && of != "FieldClamp") term.sets.push_back(set);
        }
        term.of_instances = variable;
        return term;
    }
    auto const found = build.mechanisms.find(mechanism);
    if (found != build.mechanisms.end() && found->second->kind == MechanismKind::point) {
        for (std::size_t k = 0; k < build.model.points.size(); ++k)
            if (build.model.points[k].mechanism == mechanism) term.sets.push_back(static_cast<int>(k));
        term.of_instances = variable;
        if (!term.sets.empty() && !resolve_variable(build, build.model.points[static_cast<std::size_t>(term.sets[0])], variable, where)) return {};
        return term;
    }
    term.variable = resolve_variable(build, found != build.mechanisms.end() ? mechanism + "." + variable : name, where);
    if (!term.variable) return {};
    term.by_area = scaled && term.variable->name != "i_membrane";
    return term;
}

}  // namespace

std::optional<ReportSum> read_report_sum(Build& build, Object& object, model::Probe const& like) {
    auto const text = object.required_text("variable_name");
    bool const scaled = object.choice("scaling") == "area";
    auto const sections = object.choice("sections", {"soma", "all", "axon", "dend", "apic"});
    bool const over_cell = sections == "soma";
    bool const centre = object.choice("compartments", {"all", "center"}) == "center" && !over_cell;
    auto const* where = object.find("variable_name");
    if (!where || !where->is_string()) return {};
    std::vector<Term> terms;
    for (auto const& name : parts_of(text)) {
        auto term = read_term(build, name, scaled, *where);
        if (!term) return {};
        terms.push_back(std::move(*term));
    }
    ReportSum sum;
    // Compartments that count, and their columns.
    auto const cells = resolve_cells(build, object.find("cells"));
    std::map<std::pair<int, int>, std::uint32_t> columns;
    for (int const cell : cells) {
        auto const& cable = build.cable(cell);
        auto const own = static_cast<std::uint32_t>(sum.columns.size());
        if (over_cell) sum.columns.push_back({cell, morphology::compartment(cable, morphology::default_place(cable)), {-1, -1}});
        for (std::size_t s = 0; s < cable.sections.size(); ++s) {
            auto const& section = cable.sections[s];
            static std::map<std::string, int> const types{{"axon", morphology::axon_type}, {"dend", morphology::dend_type}, {"apic", morphology::apic_type}};
            if (auto const type = types.find(sections); type != types.end() && type->second != section.type) continue;
            for (int k = 0; k < section.nseg; ++k) {
                if (centre && k != section.nseg / 2) continue;
                if (!over_cell) sum.columns.push_back({cell, section.first + k, {-1, -1}});
                columns[{cell, section.first + k}] = over_cell ? own : static_cast<std::uint32_t>(sum.columns.size() - 1);
            }
        }
    }
    auto const add = [&](model::Probe probe, ReportSum::Part part) {
        if (probe.sites.empty()) return;
        part.probe = static_cast<int>(build.model.probes.size());
        sum.parts.push_back(std::move(part));
        build.model.probes.push_back(std::move(probe));
    };
    for (auto const& term : terms) {
        std::vector<std::pair<std::string, std::vector<model::Site>>> by_mechanism;
        auto const weight_of = [&](model::Site const& site) {
            double const area = build.cable(site.cell).compartments[static_cast<std::size_t>(site.compartment)].area;
            return term.by_area ? area / 100 : 1;
        };
        if (term.variable) {
            std::map<int, std::vector<char>> has;
            auto& sites = by_mechanism.emplace_back(term.variable->mechanism, std::vector<model::Site>()).second;
            for (auto const& [place, column] : columns) {
                int const type = build.model.cells[static_cast<std::size_t>(place.first)].type;
                auto const [slot, fresh] = has.try_emplace(type);
                if (fresh) slot->second = has_variable(build, build.model.types[static_cast<std::size_t>(type)], *term.variable);
                if (slot->second[static_cast<std::size_t>(place.second)]) sites.push_back({place.first, place.second, {-1, -1}});
            }
        }
        for (int const set : term.sets) {
            auto const& points = build.model.points[static_cast<std::size_t>(set)];
            auto& sites = by_mechanism.emplace_back(points.mechanism, std::vector<model::Site>()).second;
            for (std::size_t i = 0; i < points.cell.size(); ++i)
                if (columns.contains({points.cell[i], points.compartment[i]}))
                    sites.push_back({points.cell[i], points.compartment[i], {set, static_cast<int>(i)}});
        }
        for (auto& [mechanism, sites] : by_mechanism) {
            model::Probe probe = like;
            probe.mechanism = mechanism;
            probe.variable = term.variable ? term.variable->name : term.of_instances;
            ReportSum::Part part{0, {}, {}};
            for (auto const& site : sites) {
                part.column.push_back(columns.at({site.cell, site.compartment}));
                part.weight.push_back(weight_of(site) * (term.of_electrodes && build.mechanisms.at(mechanism)->electrode_current ? -1 : 1));
            }
            probe.sites = std::move(sites);
            add(std::move(probe), std::move(part));
        }
    }
    if (sum.parts.empty()) {
        error(build.diagnostics, "report-empty", object.node(), fmt::format("{} has no place to look at", object.what()));
        return {};
    }
    return sum;
}

std::vector<ReportColumns> columns_of(Config const& config, Report const& report) {
    if (report.field) return {columns_of(*report.field)};
    return columns_of(config.model, report.sum ? report.sum->columns : config.model.probes[static_cast<std::size_t>(report.probe)].sites, config.populations,
                      config.section_ids);
}

}  // namespace rall::io
