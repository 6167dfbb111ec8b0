// "synapses" and "generators": point processes on cells, and spikes from outside.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "io/config/plausible.hpp"
#include "io/results/spikes.hpp"

namespace rall::io {
namespace {

/// Values of parameters over the instances of a set. Instances of artificial cells have no compartment: no expressions there.
std::map<std::string, model::Values> instance_parameters(Build& build, MechanismInfo const& info, Node const* given,
                                                         std::string const& what, Node const& where,
                                                         model::PointSet const& set) {
    std::map<std::string, model::Values> values;
    auto const parameters =
        read_parameters(info, given_parameters(given, what, build.diagnostics), what, build.diagnostics);
    for (auto const& [name, expression] : parameters) {
        if (auto const* list = expression.list()) {
            if (Series(*list, expression.where())
                    .fits(set.cell.size(), what + "." + name, "instances", build.diagnostics) &&
                !list->empty())
                values.emplace(name, compact(*list));
            continue;
        }
        if (info.kind == MechanismKind::artificial) {
            if (!expression.where()->is_number())
                error(build.diagnostics, "config-type", *expression.where(),
                      what + "." + name + ": expected a number, or a list of numbers");
            else values.emplace(name, expression.where()->number());
            continue;
        }
        std::vector<double> all;
        for (std::size_t i = 0; i < set.cell.size();) {
            // A run of instances in one cell shares its cable.
            std::vector<int> compartments;
            std::size_t const first = i;
            for (; i < set.cell.size() && set.cell[i] == set.cell[first]; ++i)
                compartments.push_back(set.compartment[i]);
            auto const part = expression.over(build.cable(set.cell[first]), compartments, build.diagnostics);
            all.insert(all.end(), part.begin(), part.end());
        }
        if (!all.empty()) values.emplace(name, compact(std::move(all)));
    }
    note_defaults(
        info, [&](std::string const& name) { return parameters.contains(name); }, where, what, build.diagnostics);
    return values;
}

/// Cells and compartments of an entry of "synapses": every location in every cell, or location i in cell i.
void place_instances(Build& build, Object& object, model::PointSet& set) {
    auto const* cells = object.find("cells");
    auto const* location = object.required("location");
    bool const one_to_one = object.choice("rule") == "one_to_one";
    if (!location) return;
    auto const add = [&](int cell, int compartment) {
        set.cell.push_back(cell);
        set.compartment.push_back(compartment);
    };
    if (one_to_one) {
        for (auto const& site : place_one_to_one(build, object, cells, location)) add(site.cell, site.compartment);
        return;
    }
    Places places(build, location, set.label);
    for (int const cell : resolve_cells(build, cells))
        for (int const compartment : places.in(cell)) add(cell, compartment);
}

}  // namespace

void add_synapses(Build& build, Node const& synapses) {
    Object list(synapses, "synapses", build.diagnostics);
    for (auto const& node : synapses.children) {
        Object object(node, "synapses." + node.key, build.diagnostics, keys_of("synapse"));
        model::PointSet set;
        set.label = node.key;
        set.mechanism = object.required_text("mechanism");
        place_instances(build, object, set);
        auto const* parameters = object.find("parameters");
        object.find("pointers");  // config_pointers.cpp reads them, once all that they may name is known
        if (object.has("mechanism"))
            if (auto const* info = find_mechanism(build.mechanisms, set.mechanism, MechanismKind::point,
                                                  object.at("mechanism"), build.diagnostics)) {
                set.parameters = instance_parameters(build, *info, parameters, object.what(), node, set);
                bind_vectors(build, *info, object, {}, set);
            }
        object.finish();
        build.synapses.emplace(node.key, static_cast<int>(build.model.points.size()));
        build.model.points.push_back(std::move(set));
    }
}

std::vector<std::vector<double>> read_trains(Build& build, Object& object) {
    if (object.has("times")) {
        auto times = object.numbers("times");
        if (!std::is_sorted(times.begin(), times.end()))
            error(build.diagnostics, "times-order", object.at("times"),
                  "spike times go back: expected ascending times in ms");
        SpikeTimes when;
        when.add(times);
        warn_of_times(build, object.what(), object.at("times"), when);
        return {std::move(times)};
    }
    auto const* file = object.required("spike_file");
    auto const population = object.optional_text("population");
    if (!file || !object.optional_text("spike_file")) return {};
    auto const path = build.paths.file(*file, build.diagnostics);
    if (!path) return {};
    try {
        auto trains = read_spike_trains(*path, population);
        std::vector<std::vector<double>> result;
        SpikeTimes when;
        for (auto& [id, times] : trains) {
            when.add(times);
            result.push_back(std::move(times));
        }
        warn_of_times(build, object.what(), *file, when);
        return result;
    } catch (InputError const& failure) {
        adopt(build.diagnostics, failure, *file);
        return {};
    }
}

int add_trains(Build& build, std::vector<std::vector<double>> trains, bool recorded) {
    int const first = static_cast<int>(build.model.sources.size());
    for (auto& times : trains)
        build.model.sources.push_back({build.next_gid++, model::SpikeTrain{std::move(times)}, recorded});
    return first;
}

void add_generators(Build& build, Node const& generators) {
    Object list(generators, "generators", build.diagnostics);
    for (auto const& node : generators.children) {
        Object object(node, "generators." + node.key, build.diagnostics, keys_of("generator"));
        if (build.cell_names.contains(node.key))
            complain(build.diagnostics, Severity::error, "name-twice", node,
                     fmt::format("'{}' is also the name of a cell: connections could mean either", node.key), {}, true);
        bool const recorded = object.flag("record");
        auto const first_gid = build.next_gid;
        GeneratorEntry entry;
        if (auto const* name = object.find("mechanism")) {
            model::PointSet set;
            set.label = node.key;
            set.mechanism = object.required_text("mechanism");
            bool const plays = object.has("times") || object.has("spike_file");
            auto trains = plays ? read_trains(build, object) : std::vector<std::vector<double>>{};
            entry.count = object.has("count") ? static_cast<int>(object.integer("count"))
                                              : std::max(1, static_cast<int>(trains.size()));
            set.cell.assign(entry.count, -1);
            set.compartment.assign(entry.count, -1);
            auto const* parameters = object.find("parameters");
            if (auto const* info = find_mechanism(build.mechanisms, set.mechanism, MechanismKind::artificial, *name,
                                                  build.diagnostics)) {
                set.parameters = instance_parameters(build, *info, parameters, object.what(), node, set);
                bind_vectors(build, *info, object, std::move(trains), set);
            }
            entry.first = static_cast<int>(build.model.sources.size());
            entry.set = static_cast<int>(build.model.points.size());
            for (int i = 0; i < entry.count; ++i) {
                set.gid.push_back(build.next_gid++);
                build.model.sources.push_back({set.gid.back(), model::PointRef{entry.set, i}, recorded});
            }
            build.model.points.push_back(std::move(set));
        } else if (object.has("times") || object.has("spike_file")) {
            auto trains = read_trains(build, object);
            entry.count = static_cast<int>(trains.size());
            entry.first = add_trains(build, std::move(trains), recorded);
        } else {
            error(build.diagnostics, "config-missing", node,
                  fmt::format("{} needs one of 'mechanism', 'times' and 'spike_file'", object.what()));
            continue;
        }
        object.finish();
        build.config.pictured.push_back(
            {node.key, first_gid, static_cast<std::uint64_t>(entry.count), entry.count > 1, recorded});
        build.generators.emplace(node.key, entry);
    }
}

int find_set(Build const& build, std::string const& name) {
    if (auto const found = build.synapses.find(name); found != build.synapses.end()) return found->second;
    auto const found = build.generators.find(name);
    return found == build.generators.end() ? -1 : found->second.set;
}

Target instances_of(Build& build, int set, int index, Node const& where) {
    auto const& points = build.model.points[set];
    int const count = static_cast<int>(points.cell.size());
    if (index < count) return index < 0 ? Target{set, 0, count} : Target{set, index, 1};
    error(build.diagnostics, "index-range", where,
          fmt::format("'{}' has {} instances, counted from 0", points.label, count));
    return {};
}

namespace {

/// The instances that a text names; `artificial`: also those of generators.
Target named_points(Build& build, Node const& node, bool artificial) {
    auto const [name, index] = split_index(node.text());
    int const set = find_set(build, name);
    if (set >= 0 && (artificial || build.synapses.contains(name))) return instances_of(build, set, index, node);
    std::vector<std::string> names;
    if (!build.is_flooded())
        for (auto const& [known, number] : build.synapses) names.push_back(known);
    if (artificial && !build.is_flooded())
        for (auto const& [known, entry] : build.generators)
            if (entry.set >= 0) names.push_back(known);
    error(build.diagnostics, "target-unknown", node,
          fmt::format("{} an entry '{}'", artificial ? "neither 'synapses' nor 'generators' has" : "'synapses' lacks",
                      name),
          did_you_mean(name, names));
    return {};
}

Target resolve_points(Build& build, Object& object, char const* key, bool artificial) {
    auto const* node = object.required(key);
    return node && object.optional_text(key) ? named_points(build, *node, artificial) : Target{};
}

}  // namespace

Target resolve_instances(Build& build, Object& object, char const* key) {
    return resolve_points(build, object, key, false);
}

std::vector<Target> resolve_entries(Build& build, Object& object, char const* key) {
    auto const* node = object.required(key);
    if (!node || !node->is_array()) return {resolve_instances(build, object, key)};
    std::vector<Target> targets;
    for (auto const& entry : node->children)
        if (entry.is_string()) targets.push_back(named_points(build, entry, false));
        else
            error(build.diagnostics, "config-type", entry,
                  fmt::format("{}.{}: expected names of 'synapses'", object.what(), key));
    return targets;
}

Target resolve_target(Build& build, Object& object) {
    auto const target = resolve_points(build, object, "target", true);
    if (target.set < 0) return target;
    auto const& set = build.model.points[target.set];
    auto const mechanism = build.mechanisms.find(set.mechanism);
    if (mechanism == build.mechanisms.end() || mechanism->second->has_receive) return target;
    error(build.diagnostics, "target-deaf", object.at("target"),
          fmt::format("{} of '{}' has no NET_RECEIVE: it cannot receive spikes", set.mechanism, set.label));
    return {};
}

}  // namespace rall::io
