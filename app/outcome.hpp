// What `rall run --json` says to programs: one object on the standard output, however the run ends.
#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>

#include "base/communicator.hpp"
#include "io/config/config.hpp"
#include "network/simulation.hpp"

namespace rall::app {

/// Spikes of what is no cell: generators of a config, and trains that are played.
std::size_t spikes_of_generators(io::Config const& config, network::Simulation const& simulation);

/// {"count", "of_generators", "populations": {NAME: {"times" (ms), "node_ids"}}}; of more than 100,000 spikes the counts alone.
nlohmann::json spikes_json(io::Config const& config, network::Simulation const& simulation);

/// Where the results lie, as absolute paths: {"directory", "files"}.
nlohmann::json results_json(std::filesystem::path const& directory, std::set<std::string> const& files);

/// Runs `body`, which fills the object, and prints it: with "exit_code", and after a failure with what failed, "diagnostics" or "error" (a text).
/// Exceptions go on. Of several ranks one speaks.
void with_outcome(Communicator const& ranks, std::function<void(nlohmann::json& outcome)> const& body);

/// The object of a command line that is wrong.
void put_usage_error(std::string const& message);

}  // namespace rall::app
