// Nonlinear systems in an inlined block, by Newton's method with the exact Jacobian, eliminated in straight-line code: the implicit
// step of a DERIVATIVE block, y = y0 + dt*f(y), and the equations of LINEAR and NONLINEAR blocks. What is linear takes a single
// elimination and no iteration.
#pragma once

#include <string>

#include "nmodl_lite/solve/inliner.hpp"
#include "nmodl_lite/syntax/ast.hpp"

namespace rall::nmodl {

/// The statements that advance the states of a DERIVATIVE block by dt, or with `steady` to where they come to rest: a step of
/// 1e9 ms, as NEURON takes it. Empty with `unknown` set when something in the block cannot be differentiated.
Body implicit_step(Body const& block, bool steady, Inliner& names, std::string& unknown);

/// The statements that find the `unknowns` for which every `~ left = right` of the block holds; there are as many of both. With
/// `results`, what the block assigns from the unknowns is computed again once they are found.
Body solve_equations(Body const& block, std::vector<Expr> const& unknowns, bool results, Inliner& names,
                     std::string& unknown);

}  // namespace rall::nmodl
