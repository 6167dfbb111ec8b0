// Values a thousand times off what this field uses: most likely right in another unit. Each is a warning with the code "implausible"
// that names this unit.
#pragma once

#include "io/config/build.hpp"
#include "io/config/input_keys.hpp"

namespace rall::io {

/// Conditions, the step, and numbers of biophysics, once cells and mechanisms are known.
void warn_of_units(Build& build, Node const& root, std::vector<CellPlan> const& plans);

/// Currents and potentials of electrodes, and when they begin; "input-late" and "input-no-effect" of what changes nothing.
void warn_of_units(Input& input, model::PointSet const& set);

}  // namespace rall::io
