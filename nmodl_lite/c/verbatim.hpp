// VERBATIM: C among NMODL becomes NMODL.
#pragma once

#include "base/diagnostics.hpp"
#include "nmodl_lite/syntax/ast.hpp"

namespace rall::nmodl {

/// Translates the VERBATIM blocks of a program; none is left. What only hoc could call is left out if C stands in it, with a
/// warning; C that is not understood where it would run is an error.
void translate_verbatim(Program& program, Diagnostics& found);

}  // namespace rall::nmodl
