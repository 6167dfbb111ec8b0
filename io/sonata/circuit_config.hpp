// A circuit config: where nodes, edges and components lie. Two forms: that of the Allen Institute and BMTK, and that of Blue Brain, in which
// populations have entries of their own.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "io/config/build.hpp"
#include "io/sonata/nodes.hpp"

namespace rall::io::sonata {

/// Directories by key: "morphologies_dir", ...
using Components = std::map<std::string, std::filesystem::path>;

/// What the Blue Brain form says of a population.
struct PopulationEntry {
    std::string type;  ///< of its nodes: "biophysical", "virtual", ...; of its edges: "chemical"
    Components components;
};

struct NodesEntry {
    NodeFile files;
    Node const* where;
    std::map<std::string, PopulationEntry> populations;
};

struct EdgesEntry {
    std::filesystem::path edges;
    std::optional<std::filesystem::path> types;
    Node const* where;
    std::map<std::string, PopulationEntry> populations;
};

struct CircuitConfig {
    std::shared_ptr<Document const> document;
    Components components;
    std::vector<NodesEntry> nodes;
    std::vector<EdgesEntry> edges;
    std::optional<std::filesystem::path> node_sets;
};

/// What says which circuit it is: "network" or "networks" of a config.
Node const& network_of(Build const& build, Node const& config);

/// Reads the circuit config that "network" of `config` names, or the "networks" that `config` itself has. "components" of `config` serve where the
/// circuit config does not name a directory. What is wrong goes to the diagnostics. Throws InputError where the file is no JSON.
CircuitConfig read_circuit_config(Build& build, Node const& config);

}  // namespace rall::io::sonata
