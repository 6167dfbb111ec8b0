#include "io/sonata/circuit_config.hpp"

#include <fmt/format.h>

#include "io/schema/schema.hpp"

namespace rall::io::sonata {
namespace {

constexpr char const* directories[] = {"morphologies_dir",       "biophysical_neuron_models_dir", "mechanisms_dir",
                                       "synaptic_models_dir",    "point_neuron_models_dir",       "templates_dir",
                                       "synapse_models_dir",     "custom_neuron_models"};

/// Keys of directories in an object of components or of a population.
Components read_directories(Object& object, Paths const& paths, Diagnostics& diagnostics) {
    Components components;
    for (auto const* key : directories)
        if (object.has(key) && object.optional_text(key)) components[key] = paths.resolve(object.at(key), diagnostics);
    if (auto const* others = object.find("alternate_morphologies")) {
        Object list(*others, object.what() + ".alternate_morphologies", diagnostics, keys_of("alternate_morphologies"));
        for (auto const* key : {"neurolucida-asc", "swc"})
            if (list.has(key) && list.optional_text(key)) components[key] = paths.resolve(list.at(key), diagnostics);
        if (list.has("h5v1") && list.optional_text("h5v1")) components["h5v1"] = paths.resolve(list.at("h5v1"), diagnostics);
        list.finish();
    }
    return components;
}

std::map<std::string, PopulationEntry> read_populations(Object& object, Paths const& paths, Diagnostics& diagnostics) {
    std::map<std::string, PopulationEntry> populations;
    auto const* node = object.find("populations");
    if (!node) return populations;
    Object list(*node, object.what() + ".populations", diagnostics);
    for (auto const& child : node->children) {
        list.find(child.key);
        Object entry(child, list.what() + "." + child.key, diagnostics, keys_of("population"));
        auto& population = populations[child.key];
        auto const type = entry.optional_text("type");
        char const* const usual = object.has("nodes_file") ? "biophysical" : "chemical";
        if (!type) entry.assumed("type", fmt::format("\"{}\"", usual));
        population.type = type.value_or(usual);
        population.components = read_directories(entry, paths, diagnostics);
        entry.finish();
    }
    list.finish();
    return populations;
}

/// A file that is named, or one that is null.
std::optional<std::filesystem::path> optional_file(Object& object, char const* key, Paths const& paths, Diagnostics& diagnostics) {
    auto const* node = object.find(key);
    if (!node || node->scalar.is_null() || (node->is_string() && node->text().empty())) return {};
    return object.optional_text(key) ? paths.file(*node, diagnostics) : std::nullopt;
}

/// Files of nodes or edges: what all entries of both have in common. `read` takes the file that counts.
template <class Read>
void read_entries(Node const& list, std::string const& what, char const* key, Paths const& paths, Diagnostics& diagnostics, Read read) {
    for (auto const& child : list.children) {
        Object entry(child, what, diagnostics, keys_of(key == std::string_view("nodes_file") ? "nodes_files" : "edges_files"));
        bool const enabled = entry.flag("enabled");
        auto const file = !entry.required(key) ? std::nullopt
                          : enabled            ? optional_file(entry, key, paths, diagnostics)
                                               : std::nullopt;
        read(child, entry, file, enabled);
        entry.finish();
    }
}

void read_components(Object& object, Paths const& paths, Components& components, Diagnostics& diagnostics) {
    auto const* node = object.find("components");
    if (!node) return;
    Object list(*node, "components", diagnostics, keys_of("components"));
    components.merge(read_directories(list, paths, diagnostics));
    list.finish();
}

void read_networks(Object& object, Paths const& paths, CircuitConfig& circuit, Diagnostics& diagnostics) {
    auto const* networks = object.required("networks");
    if (!networks) return;
    Object list(*networks, "networks", diagnostics, keys_of("networks"));
    if (auto const* nodes = list.required("nodes"))
        read_entries(*nodes, "networks.nodes", "nodes_file", paths, diagnostics, [&](auto const& child, auto& entry, auto const& file, bool enabled) {
            NodesEntry files{{}, &child, {}};
            files.files.types = enabled ? optional_file(entry, "node_types_file", paths, diagnostics) : std::nullopt;
            entry.find("node_types_file");
            files.populations = read_populations(entry, paths, diagnostics);
            if (!file) return;
            files.files.nodes = *file;
            circuit.nodes.push_back(std::move(files));
        });
    if (auto const* edges = list.find("edges"))
        read_entries(*edges, "networks.edges", "edges_file", paths, diagnostics, [&](auto const& child, auto& entry, auto const& file, bool enabled) {
            EdgesEntry files{{}, {}, &child, {}};
            files.types = enabled ? optional_file(entry, "edge_types_file", paths, diagnostics) : std::nullopt;
            entry.find("edge_types_file");
            files.populations = read_populations(entry, paths, diagnostics);
            if (!file) return;
            files.edges = *file;
            circuit.edges.push_back(std::move(files));
        });
    list.finish();
}

}  // namespace

Node const& network_of(Build const& build, Node const& config) {
    if (build.standard_network) return *build.standard_network;
    auto const* network = config.find("network");
    return network ? *network : config.at("networks");
}

CircuitConfig read_circuit_config(Build& build, Node const& config) {
    auto& diagnostics = build.diagnostics;
    CircuitConfig circuit;
    Object own(config, "config", diagnostics);
    auto const& network = network_of(build, config);
    if (network.key == "networks") {
        read_components(own, build.paths, circuit.components, diagnostics);
        read_networks(own, build.paths, circuit, diagnostics);
        return circuit;
    }
    if (!network.is_string()) {
        error(diagnostics, "config-type", network, "network: expected the name of a circuit config");
        return circuit;
    }
    // It may stand in a file of its own that names both configs.
    auto const& document = *network.document;
    auto const directory = std::filesystem::path(document.file()).parent_path();
    Diagnostics said;  // of this manifest, already
    auto const path = Paths(directory.empty() ? "." : directory, document.root().find("manifest"), said).file(network, diagnostics);
    if (!path) return circuit;
    circuit.document = Document::read(*path);
    Object object(circuit.document->root(), "circuit", diagnostics, keys_of("circuit"));
    Paths const paths(path->parent_path(), object.find("manifest"), diagnostics);
    object.find("version");
    read_components(object, paths, circuit.components, diagnostics);
    read_components(own, build.paths, circuit.components, diagnostics);
    circuit.node_sets = optional_file(object, "node_sets_file", paths, diagnostics);
    read_networks(object, paths, circuit, diagnostics);
    object.finish();
    return circuit;
}

}  // namespace rall::io::sonata
