// The sections of a cell as a table: name, parent, length, diameters, distance, compartments.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "morphology/cable.hpp"

namespace rall::morphology {

/// For people: a header and a line for each section, of the first `most` if there are more. `cable` may be empty.
std::string sections_text(Morphology const& morphology, Cable const& cable, std::size_t most);

/// [{"name", "region", "parent" (null for a root), "parent_x", "L", "diam_0", "diam_1", "distance_0", "distance_1", "compartments"}],
/// lengths in um; distances (of the ends; null where the section is not connected to the origin) and compartments only where
/// the cell is cut.
nlohmann::json sections_json(Morphology const& morphology, Cable const& cable);

}  // namespace rall::morphology
