// One implicit step of a DERIVATIVE block: y = y0 + dt*f(y), by Newton's method with the exact Jacobian, eliminated in
// straight-line code. A block that is linear in its states takes a single elimination and no iteration.
#pragma once

#include <string>

#include "nmodl_lite/ast.hpp"
#include "nmodl_lite/inline.hpp"

namespace rall::nmodl {

/// The statements that advance the states of an inlined block by dt. Empty with `unknown` set when something in it cannot be
/// differentiated.
Body implicit_step(Body const& block, Inliner& names, std::string& unknown);

}  // namespace rall::nmodl
