#include "io/sonata/inspect.hpp"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "base/text.hpp"
#include "io/sonata/inspector.hpp"
#include "io/sonata/network.hpp"

namespace rall::io::sonata {
namespace {

using nlohmann::json;

/// Names of mechanisms that something asks for, and who does.
class Wanted {
public:
    Wanted(Mechanisms const& known, Diagnostics& diagnostics) : known_(known), diagnostics_(diagnostics) {}

    /// Each name is an error once.
    void ask(std::string const& name, MechanismKind kind, Location const& where) {
        if (name.empty() || !asked_.insert(name).second) return;
        auto const found = known_.find(name);
        if (found != known_.end() && found->second->kind == kind) return;
        std::vector<std::string> names;
        for (auto const& [other, info] : known_)
            if (info->kind == kind) names.push_back(other);
        static constexpr char const* kinds[] = {"density mechanism", "POINT_PROCESS", "ARTIFICIAL_CELL"};
        diagnostics_.error("mechanism-unknown", where, fmt::format("no {} is called '{}'", kinds[static_cast<int>(kind)], name),
                           did_you_mean(name, names));
    }

private:
    Mechanisms const& known_;
    Diagnostics& diagnostics_;
    std::set<std::string> asked_;
};

/// A circuit on its way through `rall inspect`.
class CircuitInspector {
public:
    /// `config`: what names the circuit, or is one.
    CircuitInspector(Build& build, Node const& config, LoadMechanisms const& load, OnProgress const& on_progress)
        : build_(build), circuit_(read_circuit_config(build, config)), network_(circuit_, network_of(build, config)), load_(load), on_progress_(on_progress),
          inspector_(build.diagnostics, on_progress) {}

    Inspection inspect() {
        auto& data = inspector_.inspection.data;
        plans_ = network_.plan(build_);
        data["nodes"] = json::array();
        std::vector<NodePopulationFile const*> populations;
        std::vector<bool> is_virtual;
        for (auto const& nodes : network_.nodes()) {
            data["nodes"].push_back(describe(nodes.file, nodes.entry.type));
            populations.push_back(&nodes.file);
            is_virtual.push_back(std::ranges::all_of(nodes.model, [](ModelType type) { return type == ModelType::virtual_node; }));
        }
        inspector_.add_nodes(populations, is_virtual);
        load_mechanisms();
        inspect_edges();
        give_attributes();
        data["node_sets"] = json::array();
        for (auto const* sets : build_.node_sets) inspect_sets(*sets);
        return std::move(inspector_.inspection);
    }

private:
    void load_mechanisms() {
        auto& data = inspector_.inspection.data;
        MechanismSources sources{network_.mechanism_dirs({}), {}};
        for (auto const& plan : plans_) {
            for (auto const& dir : plan.biophysics.mechanism_dirs)
                if (std::ranges::find(sources.directories, dir) == sources.directories.end()) sources.directories.push_back(dir);
            if (plan.neuroml) sources.composed.insert(sources.composed.end(), plan.neuroml->mechanisms.begin(), plan.neuroml->mechanisms.end());
        }
        data["mechanism_dirs"] = json::array();
        for (auto const& dir : sources.directories) data["mechanism_dirs"].push_back(dir.string());
        try {
            build_.mechanisms = load_(sources);
        } catch (InputError const& failure) {
            adopt(build_.diagnostics, failure, network_.node());
            return;
        }
        try {
            read_foreign_biophysics(build_, plans_);
        } catch (InputError const&) {
            return;  // it is told
        }
        wanted_.emplace(build_.mechanisms, build_.diagnostics);
        for (auto const& plan : plans_)
            for (auto const& region : plan.biophysics.regions)
                for (auto const& mechanism : region.mechanisms) wanted_->ask(mechanism.name, MechanismKind::density, mechanism.where->where());
        for (std::size_t k = 0; auto const& nodes : network_.nodes()) {
            std::set<std::string> seen, painted;
            for (int const plan : std::set<int>(nodes.plan.begin(), nodes.plan.end()))
                if (plan >= 0)
                    for (auto const& region : plans_[static_cast<std::size_t>(plan)].biophysics.regions)
                        for (auto const& mechanism : region.mechanisms) painted.insert(mechanism.name);
            if (!painted.empty()) data["nodes"][k]["mechanisms"] = painted;
            ++k;
            for (std::size_t i = 0; i < nodes.model.size(); ++i)
                if (nodes.model[i] == ModelType::point)
                    if (auto const text = nodes.file.text(i, "model_template"); text && seen.insert(*text).second)
                        wanted_->ask(split_template(*text).second, MechanismKind::artificial, nodes.file.where(i));
        }
    }

    void inspect_edges() {
        struct Work {
            EdgesEntry const* entry;
            std::unique_ptr<h5::Input> file;
            std::optional<TypesTable> types;
        };
        std::vector<Work> work;
        std::uint64_t done = 0, all = 0;
        auto const for_each = [&](Work const& one, auto const& f) {
            for (auto const& name : one.file->members("/edges")) {
                if (!one.entry->populations.empty() && !one.entry->populations.contains(name)) continue;
                f(EdgePopulation(*one.file, one.entry->edges, name, one.entry->types.has_value()));
            }
        };
        for (auto const& entry : circuit_.edges) try {
                Work one{&entry, std::make_unique<h5::Input>(entry.edges), {}};
                if (!one.file->exists("/edges")) throw one.file->unreadable("this is no SONATA file of edges: it has no group '/edges'");
                if (entry.types) one.types.emplace(*entry.types, "edge_type_id");
                for_each(one, [&](EdgePopulation const& edges) { all += edges.size(); });
                work.push_back(std::move(one));
            } catch (InputError const& failure) {
                adopt(build_.diagnostics, failure, *entry.where);
            }
        if (on_progress_ && all > 0) on_progress_("reading edges", 0, all);
        auto& list = inspector_.inspection.data["edges"] = json::array();
        for (auto const& one : work) try {
                for_each(one, [&](EdgePopulation const& edges) {
                    require_node_populations(edges);
                    auto found = inspector_.add_edges(edges, one.types ? &*one.types : nullptr, done, all);
                    found.data["file"] = one.entry->edges.string();
                    list.push_back(std::move(found.data));
                    if (one.types) ask_for_synapses(*one.types, found.types, *one.entry, edges.name());
                });
            } catch (InputError const& failure) {
                adopt(build_.diagnostics, failure, *one.entry->where);
            }
    }

    /// What types of edges name: mechanisms, and files of parameters.
    void ask_for_synapses(TypesTable const& types, std::vector<std::uint64_t> const& ids, EdgesEntry const& entry, std::string const& name) {
        auto const population = entry.populations.find(name);
        auto const own = population == entry.populations.end() ? Components{} : population->second.components;
        for (auto const id : ids) {
            int const row = types.row(id);
            if (row < 0) continue;
            if (auto const name = types.text(row, "model_template"); name && wanted_)
                wanted_->ask(split_template(*name).second, MechanismKind::point, types.where(row));
            auto const file = types.text(row, "dynamics_params");
            if (!file || !parameter_files_.insert(*file).second) continue;
            try {
                network_.parameters().read(find_component(own, circuit_.components, "synaptic_models_dir", *file, {"", ".json"}, types.where(row)),
                                           build_.diagnostics);
            } catch (InputError const& failure) {
                build_.diagnostics.append(failure.diagnostics());
            }
        }
    }

    void require_node_populations(EdgePopulation const& edges) {
        std::vector<std::string> names;
        for (auto const& nodes : network_.nodes()) names.push_back(nodes.file.name);
        for (auto const& name : {edges.source(), edges.target()})
            if (!inspector_.find(name))
                build_.diagnostics.append(edges.wrong("population-unknown", name == edges.source() ? "source_node_id" : "target_node_id", 0,
                                                      fmt::format("no population of nodes is called '{}'", name), did_you_mean(name, names))
                                              .diagnostics());
    }

    /// As node sets want them.
    void give_attributes() {
        for (auto& nodes : network_.nodes()) {
            build_.populations[static_cast<std::size_t>(nodes.built)].attributes = std::move(nodes.file.attributes);
            network_.state_model_type(build_, nodes);
        }
    }

    /// What is wrong with a set is an error where something names it; until then it is told.
    void inspect_sets(Node const& sets) {
        for (auto const& set : sets.children) {
            if (!named_.insert(set.key).second) continue;
            auto before = std::exchange(build_.diagnostics, {});
            inspector_.inspection.data["node_sets"].push_back({{"name", set.key}, {"nodes", resolve_nodes(build_, set).size()}});
            auto const found = std::exchange(build_.diagnostics, std::move(before));
            for (auto diagnostic : found.items()) {
                if (diagnostic.severity == Severity::error) diagnostic.severity = Severity::note;
                build_.diagnostics.add(std::move(diagnostic));
            }
        }
    }

    Build& build_;
    CircuitConfig circuit_;
    Network network_;
    LoadMechanisms const& load_;
    OnProgress const& on_progress_;
    Inspector inspector_;
    std::vector<CellPlan> plans_;
    std::optional<Wanted> wanted_;
    std::set<std::string> parameter_files_, named_;
};

std::filesystem::path directory_of(std::filesystem::path const& file) { return file.has_parent_path() ? file.parent_path() : "."; }

/// "inputs" or "reports": what each entry is and how many nodes it means. A file that one names must be there.
json entries_of(Build& build, Node const& section, char const* set_key, std::vector<char const*> const& keys) {
    auto list = json::array();
    for (auto const& child : section.children) {
        json entry{{"name", child.key}};
        for (auto const* key : keys)
            if (auto const* node = child.find(key); node && (node->is_string() || node->is_number() || node->scalar.is_boolean())) entry[key] = node->scalar;
        if (auto const* set = child.find(set_key)) entry["nodes"] = resolve_nodes(build, *set).size();
        for (auto const* key : {"input_file", "spike_file", "electrodes", "electrode_positions"})
            if (auto const* file = child.find(key); file && file->is_string()) build.paths.file(*file, build.diagnostics);
        list.push_back(std::move(entry));
    }
    return list;
}

}  // namespace

Inspection inspect_circuit(std::filesystem::path const& file, LoadMechanisms const& load, Diagnostics& diagnostics,
                           OnProgress const& on_progress) {
    Config config;
    // As a simulation config that lies beside it would name it.
    auto const name = Document::parse(json{{"network", file.filename().string()}}.dump(), file.string());
    Paths const paths(directory_of(file), nullptr, diagnostics);
    Build build{config, config.model, paths, diagnostics};
    build.root = &name->root();
    auto inspection = CircuitInspector(build, name->root(), load, on_progress).inspect();
    inspection.data["file"] = file.string(), inspection.data["kind"] = "SONATA circuit";
    return inspection;
}

Inspection inspect_simulation(Node const& root, std::filesystem::path const& file, LoadMechanisms const& load, Diagnostics& diagnostics,
                              OnProgress const& on_progress) {
    Config config;
    Paths const paths(directory_of(file), root.find("manifest"), diagnostics);
    Build build{config, config.model, paths, diagnostics};
    build.root = &root;
    build.standard_network = standard_network(root, directory_of(file));
    Object object(root, "config", diagnostics, keys_of("config"));
    read_node_sets(build, object);
    auto inspection = CircuitInspector(build, root, load, on_progress).inspect();
    auto& data = inspection.data;
    data["file"] = file.string(), data["kind"] = "SONATA simulation";
    if (auto const* run = root.find("run")) {
        Object object(*run, "run", diagnostics, keys_of("run"));
        data["tstop"] = object.number("tstop");
        data["dt"] = object.optional_number("dt").value_or(config.model.dt);
    }
    if (auto const* inputs = root.find("inputs"))
        data["inputs"] = entries_of(build, *inputs, "node_set", {"input_type", "module", "node_set", "delay", "duration"});
    if (auto const* reports = root.find("reports"))
        data["reports"] = entries_of(build, *reports, "cells", {"type", "module", "variable_name", "cells", "sections", "dt", "start_time", "end_time", "enabled"});
    return inspection;
}

Inspection inspect_nodes(std::filesystem::path const& file) {
    Diagnostics none;
    Inspector inspector(none, {});
    auto const populations = read_nodes({file, {}});
    std::vector<NodePopulationFile const*> all;
    auto& data = inspector.inspection.data;
    data = {{"file", file.string()}, {"kind", "SONATA nodes"}, {"nodes", json::array()}};
    for (auto const& nodes : populations) {
        all.push_back(&nodes);
        data["nodes"].push_back(describe(nodes, ""));
    }
    inspector.add_nodes(all, std::vector<bool>(all.size()));
    return std::move(inspector.inspection);
}

Inspection inspect_edges(std::filesystem::path const& file, Diagnostics& diagnostics, OnProgress const& on_progress) {
    Inspector inspector(diagnostics, on_progress);
    h5::Input const input(file);
    auto& data = inspector.inspection.data;
    data = {{"file", file.string()}, {"kind", "SONATA edges"}, {"edges", json::array()}};
    std::uint64_t done = 0, all = 0;
    for (auto const& name : input.members("/edges")) all += EdgePopulation(input, file, name, false).size();
    if (on_progress && all > 0) on_progress("reading edges", 0, all);
    for (auto const& name : input.members("/edges")) {
        data["edges"].push_back(inspector.add_edges(EdgePopulation(input, file, name, false), nullptr, done, all).data);
        data["edges"].back()["file"] = file.string();
    }
    return std::move(inspector.inspection);
}

bool is_node_sets(Node const& root) {
    auto const is_set = [](Node const& set) {
        if (set.is_array()) return std::ranges::all_of(set.children, &Node::is_string);
        return set.is_object() && std::ranges::all_of(set.children, [](Node const& asked) {
                   return !asked.is_object() || std::ranges::all_of(asked.children, [](Node const& bound) { return bound.key.starts_with('$'); });
               });
    };
    auto const belongs_elsewhere = [](Node const& child) {
        for (auto const* key : {"run", "cells", "conditions", "output", "inputs", "reports", "network", "networks", "components", "manifest"})
            if (child.key == key) return true;
        return false;
    };
    return root.is_object() && !root.children.empty() && std::ranges::all_of(root.children, is_set) &&
           std::ranges::none_of(root.children, belongs_elsewhere);
}

Inspection inspect_node_sets(Node const& root, std::filesystem::path const& file) {
    json data{{"file", file.string()}, {"kind", "node sets"}, {"node_sets", json::array()}};
    for (auto const& set : root.children) {
        json asks = json::array();
        for (auto const& child : set.children) asks.push_back(set.is_array() ? json(child.scalar) : json(child.key));
        data["node_sets"].push_back({{"name", set.key}, {set.is_array() ? "sets" : "attributes", std::move(asks)}});
    }
    return {std::move(data)};
}

}  // namespace rall::io::sonata
