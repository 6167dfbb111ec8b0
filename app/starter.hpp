// A config to begin with, for who has only a reconstruction: Hodgkin-Huxley's channels and a leak, a step of current that makes the neuron fire,
// as files that explain themselves.
#pragma once

#include <filesystem>
#include <string>

#include "base/diagnostics.hpp"

namespace rall::app {

struct Starter {
    std::string config, biophysics;  ///< texts, JSON with comments
    std::string told;                ///< what was found, for people: one line
};

/// Of the file that a starter's config names, beside it.
std::filesystem::path biophysics_name(std::filesystem::path const& config);

/// Reads `morphology` and finds by trial a current that makes it fire: hh in soma and axon with passive dendrites, or, where that never fires, hh everywhere.
/// `config` is where the config will lie. Throws InputError when the morphology cannot be read or simulated.
Starter make_starter(std::filesystem::path const& morphology, std::filesystem::path const& config, Diagnostics& diagnostics);

}  // namespace rall::app
