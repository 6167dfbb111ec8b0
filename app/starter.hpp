// A config to begin with, for who has only a reconstruction: Hodgkin-Huxley's channels and a leak, a step of current that makes the neuron fire,
// as files that explain themselves.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/diagnostics.hpp"
#include "base/progress.hpp"

namespace rall::app {

struct Starter {
    std::string config, biophysics;  ///< texts, JSON with comments
    std::string told;                ///< what was found, for people: one line
};

/// A word as a shell takes it.
std::string in_shell(std::string const& word);

/// Of the file that a starter's config names, beside it.
std::filesystem::path biophysics_name(std::filesystem::path const& config);

/// Reads `morphology` and finds by trial a current that makes it fire: hh in soma and axon with passive dendrites, or, where that never fires, hh everywhere.
/// `config` is where the config will lie, `reading` how the morphology is read ("unit=nm"). Throws InputError when it cannot be read or simulated.
Starter make_starter(std::filesystem::path const& morphology, std::filesystem::path const& config, std::vector<std::string> const& reading,
                     OnProgress const& on_progress, Diagnostics& diagnostics);

}  // namespace rall::app
