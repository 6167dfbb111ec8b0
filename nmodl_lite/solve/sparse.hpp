// METHOD sparse: one step of backward Euler for equations, mostly those of a KINETIC block. A linear scheme takes one elimination in
// straight-line code; a nonlinear one Newton's method as NEURON does it: rates are held fixed within a round, rounds end when the
// changes of all states sum up to less than 1e-6, and what falls below 0 is set to 0.
#pragma once

#include <string>

#include "nmodl_lite/mechanism.hpp"
#include "nmodl_lite/solve/inliner.hpp"
#include "nmodl_lite/syntax/ast.hpp"

namespace rall::nmodl {

/// True for an inlined block whose equations stand at its end, outside conditions and loops.
bool is_sparse(Body const& block);

/// The statements that advance the states of such a block by dt, or with `steady` to where they come to rest: a step of 1e9 ms.
/// Empty with `unknown` set to the reason why they cannot be solved. `scheme` receives what Markov scheme they are.
Body sparse_step(Body const& block, bool steady, Inliner& names, std::string& unknown, Scheme& scheme);

}  // namespace rall::nmodl
