// What the passes leave behind as NMODL that other translators (and our own) read again.
#pragma once

#include "nmodl_lite/analysis/symbols.hpp"
#include "nmodl_lite/mechanism.hpp"
#include "nmodl_lite/syntax/ast.hpp"

namespace rall::nmodl {

/// Puts into a program's NMODL what passes keep beside it: nrn_pointing, the flag of NET_RECEIVE where a variable has its name, FUNCTIONs
/// that call themselves as long as they are called so.
void say_in_nmodl(Program& program, Symbols const& symbols);

/// A mechanism's kernels as a program: INITIAL, BREAKPOINT, one PROCEDURE that BREAKPOINT solves, NET_RECEIVE. `declarations`
/// is the program from which the mechanism was made; its blocks are dropped: what they say is in the kernels.
Program to_program(Mechanism const& mechanism, Symbols const& symbols, Program declarations);

/// Moves LOCAL statements to the head of the braces in which they stand: NEURON wants them there, passes put them anywhere.
void locals_first(Program& program);

}  // namespace rall::nmodl
