// What a mechanism takes and keeps, for `rall list` and `rall inspect`.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "mechanisms/info.hpp"

namespace rall::app {

/// Name, title, kind, ions and variables.
nlohmann::json describe(MechanismInfo const& info);

/// The same for people.
std::string details(nlohmann::json const& mechanism);

}  // namespace rall::app
