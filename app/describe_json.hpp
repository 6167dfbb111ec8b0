// `rall inspect` of JSON that is no config: biophysics, and the record of a run.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "base/diagnostics.hpp"
#include "io/text/json.hpp"

namespace rall::app {

bool is_biophysics(io::Node const& root);
/// What is painted where. Throws InputError.
nlohmann::json describe_biophysics(std::filesystem::path const& file, Diagnostics& found);
std::string biophysics_text(nlohmann::json const& biophysics);

/// Is it run.json of an output directory?
bool is_run_record(io::Node const& root);
nlohmann::json describe_run_record(std::filesystem::path const& file);
std::string run_record_text(nlohmann::json const& run);

}  // namespace rall::app
