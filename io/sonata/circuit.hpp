// A SONATA circuit as what a config's "network" names, or "networks" holds (docs/sonata.md).
#pragma once

#include <memory>

#include "io/config/build.hpp"

namespace rall::io::sonata {

/// An OpenCircuit (io/config/config.hpp).
std::unique_ptr<Circuit> open_circuit(Build& build, Node const& config);

}  // namespace rall::io::sonata
