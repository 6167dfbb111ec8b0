// "pointers": what the POINTERs of mechanisms are bound to. One object of targets per entry of "synapses" ({"vgap": {...}}), and per
// entry of "cells" or biophysics ({"mechanism.pointer": {...}}).
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "io/config/build.hpp"

namespace rall::io {
namespace {

constexpr char const* example = "{\"cells\": \"other\", \"location\": \"soma(0.5)\", \"variable_name\": \"v\"}";

/// A POINTER of some instances of a mechanism, and where it may be bound.
struct Pointer {
    std::string mechanism, name;
    std::string what;  ///< "synapses.gap.pointers.vgap"
    std::vector<model::Site> const* instances;
};

/// Places in the instances' own cells: where they are themselves, or at "location".
std::vector<model::Site> own_cells(Build& build, Object& object, Pointer const& pointer, bool of_membrane) {
    auto const* location = object.find("location");
    Places places(build, location, of_membrane);
    std::vector<model::Site> sites;
    for (auto const& instance : *pointer.instances) {
        if (location && places.in(instance.cell).size() > 1) {
            error(build.diagnostics, "place-ambiguous", *location, "a POINTER has one target; this means several");
            return {};
        }
        if (!location) sites.push_back({instance.cell, instance.compartment});
        else
            for (int const compartment : places.in(instance.cell)) sites.push_back({instance.cell, compartment});
    }
    return sites;
}

std::vector<model::Site> other_cells(Build& build, Object& object, bool of_membrane) {
    auto const* cells = object.find("cells");
    auto const* location = object.find("location");
    auto sites = object.choice("rule") == "one_to_one"
                     ? place_one_to_one(build, object, cells, location, of_membrane)
                     : place_all_to_all(build, cells, location, of_membrane);
    if (!location) {
        std::vector<int> at;
        for (auto const& site : sites) at.push_back(site.cell);
        object.assumed("location", default_location(build, at));
    }
    return sites;
}

std::vector<model::Site> instances_of(model::PointSet const& set, Target const& range, int number) {
    std::vector<model::Site> sites;
    for (int i = range.first; i < range.first + range.count; ++i)
        sites.push_back({set.cell[i], set.compartment[i], {number, i}});
    return sites;
}

/// True if every place has the variable.
bool all_have(Build& build, Variable const& variable, std::vector<model::Site> const& sites, Object const& object) {
    std::map<int, std::vector<char>> has;  // per type
    for (auto const& site : sites) {
        int const type = build.model.cells[site.cell].type;
        auto const [slot, fresh] = has.try_emplace(type);
        if (fresh) slot->second = has_variable(build, build.model.types[type], variable);
        if (slot->second[site.compartment]) continue;
        error(build.diagnostics, "variable-absent", object.node(),
              fmt::format("{}: a compartment of {} has no {}", object.what(), build.model.types[type].name,
                          variable.mechanism.empty() ? variable.name : variable.mechanism),
              "choose a place where the mechanism is painted");
        return false;
    }
    return true;
}

void bind(Build& build, Pointer const& pointer, Node const& node) {
    auto const errors = build.diagnostics.count(Severity::error);
    Object object(node, pointer.what, build.diagnostics, keys_of("pointer"));
    auto const name = object.required_text("variable_name");
    std::vector<model::Site> targets;
    std::optional<Variable> variable;
    if (object.has("synapses")) {
        if (auto const* both = object.find("cells"))
            error(build.diagnostics, "config-conflict", *both, "'cells' and 'synapses' both say where; expected one");
        if (auto const range = resolve_instances(build, object, "synapses"); range.set >= 0) {
            auto const& set = build.model.points[range.set];
            targets = instances_of(set, range, range.set);
            if (object.has("variable_name"))
                variable = resolve_variable(build, set, name, object.at("variable_name"));
        }
    } else {
        if (object.has("variable_name")) variable = resolve_variable(build, name, object.at("variable_name"));
        bool const of_membrane = variable && variable->name != "v";
        targets = object.has("cells") ? other_cells(build, object, of_membrane)
                                      : own_cells(build, object, pointer, of_membrane);
        if (variable && build.diagnostics.count(Severity::error) == errors) all_have(build, *variable, targets, object);
    }
    auto const shift = object.has("shift") ? object.integer("shift") : 0;
    object.finish();
    if (build.diagnostics.count(Severity::error) > errors) return;
    auto const n = pointer.instances->size(), m = targets.size();
    if (m != 1 && m != n) {
        error(build.diagnostics, "pointer-count", node,
              fmt::format("{}: {} targets for {} instances", pointer.what, m, n),
              "name one target for all, or as many targets as there are instances");
        return;
    }
    model::PointerBinding binding{pointer.mechanism, pointer.name,        *pointer.instances,
                                  variable->name,    variable->mechanism, {}};
    for (std::size_t i = 0; i < n; ++i) binding.targets.push_back(targets[(i + static_cast<std::size_t>(shift)) % m]);
    build.model.pointers.push_back(std::move(binding));
}

/// Binds the POINTERs of one mechanism; `given` are the objects that may say how, the last one that does counts.
void bind_all(Build& build, MechanismInfo const& info, std::string const& prefix,
              std::vector<std::pair<std::string, Node const*>> const& given, Node const& entry,
              std::vector<model::Site> const& instances) {
    for (int i = 0; i < info.n_variables; ++i) {
        if (info.variables[i].role != Role::pointer) continue;
        auto const key = prefix + info.variables[i].name;
        Node const* found = nullptr;
        std::string what;
        for (auto const& [object, node] : given)
            if (auto const* here = node ? node->find(key) : nullptr) found = here, what = object;
        if (found) bind(build, {info.name, info.variables[i].name, what + "." + key, &instances}, *found);
        else if (may_be_unbound(info, i))
            complain(build.diagnostics, Severity::note, "pointer-unbound", entry,
                     fmt::format("the POINTER {} of {} stays unbound", info.variables[i].name, info.name));
        else
            complain(build.diagnostics, Severity::error, "pointer-unbound", entry,
                     fmt::format("the POINTER {} of {} is bound to nothing", info.variables[i].name, info.name),
                     fmt::format("say in {} what it points to: {{\"{}\": {}}} (docs/config.md)", given.back().first,
                                 key, example),
                     true);
    }
}

/// Complains about keys of "pointers" that name none.
void check_names(Build& build, Node const* pointers, std::string const& what, std::vector<std::string> const& known) {
    if (!pointers) return;
    Object object(*pointers, what, build.diagnostics);
    for (auto const& key : known) object.find(key);
    object.finish();
}

std::vector<std::string> names_of(MechanismInfo const& info, std::string const& prefix) {
    std::vector<std::string> names;
    for (int i = 0; i < info.n_variables; ++i)
        if (info.variables[i].role == Role::pointer) names.push_back(prefix + info.variables[i].name);
    return names;
}

}  // namespace

void add_pointers(Build& build, std::vector<CellPlan> const& plans, Node const* synapses) {
    for (std::size_t p = 0; p < plans.size(); ++p) {
        auto const& plan = plans[p];
        auto const& type = build.model.types[p];
        auto const what = "cells." + plan.entry.name;
        std::vector<std::pair<std::string, Node const*>> const given{
            {what + ".biophysics.pointers", plan.biophysics.pointers}, {what + ".pointers", plan.pointers}};
        std::vector<std::string> known;
        for (auto const& painted : type.mechanisms) {
            auto const& info = *build.mechanisms.at(painted.mechanism);
            if (!info.has_pointers) continue;
            auto const prefix = painted.mechanism + ".";
            std::ranges::move(names_of(info, prefix), std::back_inserter(known));
            std::vector<model::Site> instances;
            for (int cell = 0; cell < std::ssize(build.model.cells); ++cell)
                if (build.model.cells[cell].type == static_cast<int>(p))
                    for (int const compartment : painted.compartments) instances.push_back({cell, compartment});
            bind_all(build, info, prefix, given, *plan.node, instances);
        }
        for (auto const& [object, node] : given) check_names(build, node, object, known);
    }
    if (!synapses) return;
    for (auto const& node : synapses->children) {
        int const number = build.synapses.at(node.key);
        auto const& set = build.model.points[number];
        auto const found = build.mechanisms.find(set.mechanism);
        if (found == build.mechanisms.end()) continue;
        auto const* pointers = node.find("pointers");
        auto const what = "synapses." + node.key + ".pointers";
        auto const instances = instances_of(set, {number, 0, static_cast<int>(set.cell.size())}, number);
        bind_all(build, *found->second, "", {{what, pointers}}, node, instances);
        check_names(build, pointers, what, names_of(*found->second, ""));
    }
}

}  // namespace rall::io
