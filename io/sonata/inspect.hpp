// What a circuit holds and what it lacks, for `rall inspect`: populations, kinds of nodes, degrees, delays and weights, node sets. Nothing is built: edges are
// read in slabs, and each file that types of nodes name once.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "io/config/config.hpp"

namespace rall::io::sonata {

/// Nodes that a picture takes together: a population, or those of its nodes that one attribute or their type tells from the others.
struct Kind {
    std::string name;         ///< "cells", "cells: e"
    std::uint64_t count = 0;  ///< nodes
    bool simulated = false;   ///< not virtual
    std::vector<std::array<float, 3>> places = {};  ///< um; empty where they have none
};

/// Edges of one population of edges from one kind to another.
struct KindPathway {
    std::size_t source = 0, target = 0;  ///< indices of kinds
    std::string edges;                   ///< name of the population
    std::uint64_t count = 0;
    double weight = 0, delay = 0;  ///< means, of those that have one; NaN where none has
};

struct Inspection {
    nlohmann::json data;  ///< all that is told
    std::vector<Kind> kinds = {};
    std::vector<KindPathway> pathways = {};
};

/// More kinds than this are taken together by population.
inline constexpr std::size_t most_kinds = 40;

/// Of a circuit config. All files and mechanisms that are missing are errors in `diagnostics`; what can be told without them is told. Throws InputError where
/// the file is no JSON.
Inspection inspect_circuit(std::filesystem::path const& file, LoadMechanisms const& load, Diagnostics& diagnostics,
                           OnProgress const& on_progress);
/// Of a simulation config that names a circuit, which is inspected too: duration, inputs, reports.
Inspection inspect_simulation(Node const& root, std::filesystem::path const& file, LoadMechanisms const& load, Diagnostics& diagnostics,
                              OnProgress const& on_progress);
/// Of files of nodes or edges alone, without their types. Throw InputError.
Inspection inspect_nodes(std::filesystem::path const& file);
Inspection inspect_edges(std::filesystem::path const& file, Diagnostics& diagnostics, OnProgress const& on_progress);
/// Is this an object of node sets, and nothing else?
bool is_node_sets(Node const& root);
/// Of a file of node sets: what each asks for.
Inspection inspect_node_sets(Node const& root, std::filesystem::path const& file);

/// For people.
std::string to_text(nlohmann::json const& data);

}  // namespace rall::io::sonata
