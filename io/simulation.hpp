// Reads a simulation config, whether it describes its cells inline or names a circuit: what io/config/config.hpp reads, with the circuits of
// io/sonata.
#pragma once

#include <filesystem>

#include "io/config/config.hpp"

namespace rall::io {

/// As read_config. A file {"network": ..., "simulation": ...}, which names the two configs of a circuit, is taken for both.
Config read_simulation(std::filesystem::path const& path, LoadMechanisms const& load, Diagnostics& diagnostics,
                       Overrides overrides = {});
/// As read_config for a config that is read already.
Config read_simulation(Node const& root, std::filesystem::path const& path, LoadMechanisms const& load, Diagnostics& diagnostics,
                       Overrides overrides = {});

}  // namespace rall::io
