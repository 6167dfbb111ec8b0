// SOLVE: equations become statements that advance the states by one step.
#pragma once

#include "base/diagnostics.hpp"
#include "nmodl_lite/analysis/symbols.hpp"
#include "nmodl_lite/mechanism.hpp"
#include "nmodl_lite/syntax/ast.hpp"

namespace rall::nmodl {

/// Blocks of equations become PROCEDUREs that advance the states by one step dt, or bring them to rest, by the METHOD of the SOLVE
/// statement. `solved` receives what was done; DERIVATIVE blocks of new names keep the equations for the variable step.
void solve(Program& program, Symbols const& symbols, Solved& solved, Diagnostics& found);

}  // namespace rall::nmodl
