// Units of what a sweep varies.
#pragma once

#include <string>

#include "mechanisms/catalogue.hpp"
#include "sweep/description.hpp"

namespace rall::sweep {

/// "S/cm2" for "cells.ca1.biophysics.regions.soma.mechanisms.hh.gnabar", from the config's own keys and from the catalogue; "times" of a factor; empty where it
/// is not known.
std::string units_of(Parameter const& parameter, Catalogue const& catalogue);

/// "inputs.step.amp_start (nA)", as the head of a column.
std::string heading(Parameter const& parameter, Catalogue const& catalogue);

/// "inputs.step.amp_start = 0.3 nA".
std::string with_units(Parameter const& parameter, double value, Catalogue const& catalogue);

}  // namespace rall::sweep
