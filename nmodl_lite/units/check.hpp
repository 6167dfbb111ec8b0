// Do the units of a file fit together? And numbers for the constants that it takes from the units themselves.
#pragma once

#include "base/diagnostics.hpp"
#include "nmodl_lite/syntax/ast.hpp"

namespace rall::nmodl {

/// Reports every place where the units of a file do not fit together, and units that nobody knows, with this severity.
/// UNITSOFF ... UNITSON is left out. Kernels do not depend on it.
void check_units(Program const& program, Severity severity, Diagnostics& found);

/// Numbers for the constants that UNITS defines by a conversion: FARADAY = (faraday) (coulomb).
void number_unit_constants(Program& program, Diagnostics& found);

}  // namespace rall::nmodl
