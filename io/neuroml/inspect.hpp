// What a NeuroML file holds, for `rall inspect`.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "base/diagnostics.hpp"

namespace rall::io::neuroml {

/// The cell's sections, groups and densities in Rall's units (um, um2, S/cm2, cm/s, uF/cm2, ohm cm, mV, mM), and the mechanisms it defines; of a file without a
/// cell the mechanisms.
nlohmann::json inspect(std::filesystem::path const& file, Diagnostics& found);

/// The same for people.
std::string to_text(nlohmann::json const& data);

}  // namespace rall::io::neuroml
