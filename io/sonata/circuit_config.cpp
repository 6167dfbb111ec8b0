#include "io/sonata/circuit_config.hpp"

#include <fmt/format.h>

namespace rall::io::sonata {
namespace {

constexpr char const* directories[] = {"morphologies_dir",       "biophysical_neuron_models_dir", "mechanisms_dir",
                                       "synaptic_models_dir",    "point_neuron_models_dir",       "templates_dir",
                                       "synapse_models_dir",     "custom_neuron_models"};

/// Keys of directories in an object of components or of a population.
Components read_directories(Object& object, Paths const& paths, Diagnostics& diagnostics) {
    Components components;
    for (auto const* key : directories)
        if (object.has(key) && object.optional_text(key)) components[key] = paths.resolve(*object.find(key), diagnostics);
    if (auto const* others = object.find("alternate_morphologies")) {
        Object list(*others, object.what() + ".alternate_morphologies", diagnostics);
        for (auto const* key : {"neurolucida-asc", "swc"})
            if (list.has(key) && list.optional_text(key)) components[key] = paths.resolve(*list.find(key), diagnostics);
        list.ignore("h5v1", "morphologies are read from SWC and ASC files");
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
        Object entry(child, list.what() + "." + child.key, diagnostics);
        auto& population = populations[child.key];
        population.type = entry.text("type", object.has("nodes_file") ? "biophysical" : "chemical");
        population.components = read_directories(entry, paths, diagnostics);
        for (auto const* key : {"spatial_segment_index_dir", "spatial_synapse_index_dir", "provenance"})
            entry.ignore(key, "it is for other programs");
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

}  // namespace

CircuitConfig read_circuit_config(Build& build, Node const& network) {
    auto& diagnostics = build.diagnostics;
    CircuitConfig circuit;
    if (!network.is_string()) {
        error(diagnostics, "config-type", network, "network: expected the name of a circuit config");
        return circuit;
    }
    // It may stand in a file of its own that names both configs.
    auto const& document = *network.document;
    auto const directory = std::filesystem::path(document.file()).parent_path();
    Diagnostics said;  // of this manifest, already
    Paths const own(directory.empty() ? "." : directory, document.root().find("manifest"), said);
    auto const path = own.file(network, diagnostics);
    if (!path) return circuit;
    circuit.document = Document::read(*path);
    auto const& root = circuit.document->root();
    Object object(root, "circuit", diagnostics);
    Paths const paths(path->parent_path(), object.find("manifest"), diagnostics);
    object.find("version");
    object.ignore("metadata", "it describes, and changes nothing");
    object.ignore("target_simulator", "Rall runs it");
    if (auto const* components = object.find("components")) {
        Object list(*components, "components", diagnostics);
        circuit.components = read_directories(list, paths, diagnostics);
        list.ignore("provenance", "it describes, and changes nothing");
        list.finish();
    }
    circuit.node_sets = optional_file(object, "node_sets_file", paths, diagnostics);
    if (auto const* networks = object.required("networks")) {
        Object list(*networks, "networks", diagnostics);
        if (auto const* nodes = list.required("nodes"))
            for (auto const& child : nodes->children) {
                Object entry(child, "networks.nodes", diagnostics);
                NodesEntry files{{}, &child, {}};
                auto const file = entry.required("nodes_file") ? optional_file(entry, "nodes_file", paths, diagnostics) : std::nullopt;
                files.files.types = optional_file(entry, "node_types_file", paths, diagnostics);
                files.populations = read_populations(entry, paths, diagnostics);
                entry.finish();
                if (!file) continue;
                files.files.nodes = *file;
                circuit.nodes.push_back(std::move(files));
            }
        if (auto const* edges = list.find("edges"))
            for (auto const& child : edges->children) {
                Object entry(child, "networks.edges", diagnostics);
                EdgesEntry files{{}, {}, &child, {}};
                auto const file = entry.required("edges_file") ? optional_file(entry, "edges_file", paths, diagnostics) : std::nullopt;
                files.types = optional_file(entry, "edge_types_file", paths, diagnostics);
                files.populations = read_populations(entry, paths, diagnostics);
                entry.finish();
                if (!file) continue;
                files.edges = *file;
                circuit.edges.push_back(std::move(files));
            }
        list.finish();
    }
    object.finish();
    return circuit;
}

}  // namespace rall::io::sonata
