// Results as files for programs and tables for people.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "channel/results.hpp"

namespace rall::channel {

/// Everything but the traces: variants, clamp, protocols, curves with their fits, differences.
nlohmann::json to_json(Results const& results);

std::string curves_csv(Results const& results);
std::string fits_csv(Results const& results);
std::string differences_csv(Results const& results);

/// Time (ms), then for every variant and sweep the current (mA/cm2); empty where a sweep has ended.
std::string currents_csv(Results const& results, Outcome const& outcome);

/// Fits and differences, for the terminal.
std::string to_text(Results const& results);

/// "V = -20, interval = 5".
std::string sweep_name(Sweep const& sweep);

}  // namespace rall::channel
