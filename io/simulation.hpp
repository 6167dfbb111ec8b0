// Reads a simulation config, whether it describes its cells inline or names a circuit: what io/config/config.hpp reads, with the circuits of
// io/sonata.
#pragma once

#include <filesystem>

#include <memory>
#include <vector>

#include "io/config/config.hpp"

namespace rall::io {

/// A simulation config as it is written, with what a file {"network": ..., "simulation": ...} says of its network.
struct SimulationFile {
    std::filesystem::path file;  ///< of the simulation config
    std::vector<std::shared_ptr<Document const>> documents;
    Node root;
};
/// Throws InputError where a file is no JSON, or names none.
SimulationFile open_simulation(std::filesystem::path const& path, Diagnostics& diagnostics);

/// As read_config. A file {"network": ..., "simulation": ...}, which names the two configs of a circuit, is taken for both.
Config read_simulation(std::filesystem::path const& path, LoadMechanisms const& load, Diagnostics& diagnostics,
                       Overrides overrides = {});
/// As read_config for a config that is read already.
Config read_simulation(Node const& root, std::filesystem::path const& path, LoadMechanisms const& load, Diagnostics& diagnostics,
                       Overrides overrides = {});

}  // namespace rall::io
