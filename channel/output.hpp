// Results as files for programs and tables for people.
#pragma once

#include <nlohmann/json_fwd.hpp>
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

/// "errors of up to 3.1 % of the largest value from the step of 0.025 ms"; empty where they are below 0.05 %, or there are none.
std::string step_error_text(double error, Protocol const& protocol);

/// "V = -20, interval = 5".
std::string sweep_name(Sweep const& sweep);

}  // namespace rall::channel
