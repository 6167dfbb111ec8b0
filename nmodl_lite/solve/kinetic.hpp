// KINETIC blocks as equations: the law of mass action turns each reaction into a flux, the sum of a state's fluxes is its
// derivative. What comes out is a DERIVATIVE block in which
//
//     ~ A + B <-> 2 C (kf, kb)      has become      forward = kf    backward = kb
//     CONSERVE A + C = 1                            A' = backward*C*C - forward*A*B
//                                                   ...
//                                                   CONSERVE A + C = total
//
// The rates are kept in locals where the reaction stands, so that whatever surrounds it (conditions, assignments, calls) means
// what it meant. COMPARTMENT volumes divide a state's flux and weigh it in CONSERVE; they are read when the block begins, but those
// that read a LOCAL of the block where they stand. LONGITUDINAL_DIFFUSION, with the COMPARTMENT of the same state, becomes a block of
// its own (BlockKind::diffusion): NEURON evaluates both when things diffuse, outside of the KINETIC block.
// Molecules stand behind the rate in a product, also those that are no states (an ion outside): NEURON iterates a scheme in which
// several molecules meet, and takes one step with any other; METHOD sparse recognises them by that.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/diagnostics.hpp"
#include "nmodl_lite/analysis/symbols.hpp"
#include "nmodl_lite/syntax/ast.hpp"

namespace rall::nmodl {

/// SOLVE statements of KINETIC blocks get METHOD sparse where they name none.
void kinetic(Program& program, Symbols const& symbols, Diagnostics& found);

}  // namespace rall::nmodl
