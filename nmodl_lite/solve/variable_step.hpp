// What a variable step needs of a mechanism: its equations, their derivatives, and Newton's iteration in straight-line code.
#pragma once

#include "base/diagnostics.hpp"
#include "nmodl_lite/analysis/symbols.hpp"
#include "nmodl_lite/mechanism.hpp"
#include "nmodl_lite/syntax/ast.hpp"

namespace rall::nmodl {

/// The bodies of the variable step, and why a mechanism cannot take it.
void variable_step(Mechanism& mechanism, Program const& program, Symbols const& symbols, Solved const& solved);

}  // namespace rall::nmodl
