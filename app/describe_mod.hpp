// What an NMODL file declares and what its kernels cost, for `rall inspect`.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "nmodl_lite/nmodl.hpp"

namespace rall::app {

/// All of it. Units are those that the file states; costs are of one instance and call (nmodl_lite/analysis/cost.hpp).
nlohmann::json describe_mod(nmodl::Translated const& translated);

/// The same for people.
std::string mod_text(nlohmann::json const& mechanism);

}  // namespace rall::app
