// Neurons for the HTML pages: the pieces to be drawn from a morphology and the compartments it was cut into.
#pragma once

#include <span>
#include <string>

#include "io/page/html.hpp"
#include "morphology/cable.hpp"
#include "morphology/inspect.hpp"
#include "morphology/morphology.hpp"

namespace rall::html {

/// One piece per compartment, along the 3-D points of its section; one per section where the cable has no compartments.
/// `cable` was cut from `morphology`; `peak_v` (mV) is empty or has one value per compartment.
CellShape cell_shape(std::string name, morphology::Morphology const& morphology, morphology::Cable const& cable,
                     std::span<double const> peak_v = {});

/// What `rall inspect --html` shows.
MorphologyPage morphology_page(morphology::Inspection const& inspection);

}  // namespace rall::html
