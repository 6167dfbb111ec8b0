// Inside the readers: what every format ends with.
#pragma once

#include "base/diagnostics.hpp"
#include "morphology/morphology.hpp"
#include "morphology/options.hpp"

namespace rall::morphology {

/// Rounds points to the precision asked for, names the sections, and warns of sections without length.
/// Throws InputError when a coordinate does not fit in the precision.
void finish(Morphology& morphology, SwcOptions const& options, Diagnostics& diagnostics);

}  // namespace rall::morphology
