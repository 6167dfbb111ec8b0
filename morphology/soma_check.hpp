// Inside the readers: whether the soma that was read can be meant: its membrane against the body that its points describe.
#pragma once

#include "base/diagnostics.hpp"
#include "morphology/morphology.hpp"

namespace rall::morphology {

/// How much of the soma's membrane is where a membrane can be.
struct SomaSurface {
    double read = 0;     ///< lateral area of all soma sections, as simulated, um2
    double outside = 0;  ///< of this, what does not lie inside of another piece of the soma, um2
    double length = 0;   ///< of all soma sections, um
    double ends = 0;     ///< cross sections of the soma's free ends, which no reading closes, um2
};
SomaSurface soma_surface(Morphology const& morphology);

/// Warns of somata whose pieces overlap ("soma-overlap"), of those shorter than their radius ("soma-disc"), and, unless a reader has
/// said that it is an outline, of those longer than five diameters ("soma-long").
void check_soma(Morphology const& morphology, Diagnostics& diagnostics);

}  // namespace rall::morphology
