// The Markov schemes of a mechanism for `rall inspect`: states, transitions, cycles and whether these are balanced.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "nmodl_lite/nmodl.hpp"

namespace rall::app {

/// Warnings about cycles that are not balanced, and about schemes that do not conserve, go to `found`.
nlohmann::json describe_schemes(nmodl::Translated const& translated, Diagnostics& found);

/// The same as text; empty where there are none.
std::string schemes_text(nlohmann::json const& schemes);

}  // namespace rall::app
