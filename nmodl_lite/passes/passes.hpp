// The passes over a program and over its kernels, in the order in which they run; what is checked before lies in analysis/checks.hpp, VERBATIM in
// c/verbatim.hpp, equations in solve/. Each takes a whole program and leaves a whole program (to_nmodl prints it), until assemble()
// sorts what is left into kernels.
#pragma once

#include "base/diagnostics.hpp"
#include "nmodl_lite/analysis/symbols.hpp"
#include "nmodl_lite/mechanism.hpp"
#include "nmodl_lite/syntax/ast.hpp"

namespace rall::nmodl {

/// The random functions of old NMODL, which draw from one stream that all of NEURON shares, draw from a stream of the
/// instance's own: scop_random, exprand, normrand and poisrand become random_uniform and so on of a RANDOM stream that is declared
/// for them, so that results do not depend on who draws first. set_seed is dropped.
void name_streams(Program& program, Diagnostics& found);

/// Functions of NEURON's library that the file calls (nrn_ghk) become FUNCTIONs of the program.
void add_library_functions(Program& program, Diagnostics& found);

/// x' read in an expression becomes a variable that the equation of x assigns to, as NEURON's Dx.
void name_slopes(Program& program, Diagnostics& found);

/// LAG x BY tau becomes a call of a PROCEDURE that keeps the values of x of the last tau ms, and interpolates.
void keep_lagged(Program& program, Diagnostics& found);

/// TABLE: functions are interpolated linearly between the points of their table (Program::uses_tables).
void tabulate(Program& program, Diagnostics& found);

/// nrn_pointing(p) becomes a variable that is 1 where the POINTER p is bound, else 0.
void name_bindings(Program& program, Symbols& symbols);

/// Numbers for DEFINE, CONSTANT and UNITS names, FROM loops with known bounds unrolled, arithmetic on numbers done.
void fold(Program& program, Symbols const& symbols);

/// FUNCTIONs and PROCEDUREs that call themselves become FUNCTIONs of their arguments alone (Program::recursions).
void lift_recursion(Program& program, Symbols const& symbols, Diagnostics& found);

/// Calls of FUNCTIONs and PROCEDUREs are replaced by their statements; every LOCAL gets a name of its own. Calls in conditions of
/// WATCH stay until collect_watches() has given these a block of their own.
void inline_calls(Program& program, Symbols const& symbols, Diagnostics& found);

/// CONSTRUCTOR is run with the defaults of the file; what it sets become defaults and start values.
void construct(Program& program, Symbols& symbols, Diagnostics& found);

/// BEFORE and AFTER blocks and NET_RECEIVE assign to copies of concentrations, which end with the block, as in NEURON; a warning says so. States that
/// equations advance NET_RECEIVE changes themselves.
void keep_ion_copies(Program& program, Symbols const& symbols, Solved const& solved, Diagnostics& found);

/// What is left of INITIAL, BREAKPOINT and NET_RECEIVE sorted into kernels. The passes below work on these.
Mechanism assemble(Program const& program, Symbols const& symbols, Solved solved, Diagnostics& found);

/// Mechanism::next_discontinuity: when the equations jump though nothing happens to them. Takes at_time statements, which say so,
/// out of all bodies.
void find_discontinuities(Mechanism& mechanism, Symbols const& symbols);

/// How dI/dv is found: Mechanism::conductance, total_current and total_conductance; statements that compute it.
void find_conductance(Mechanism& mechanism, Symbols const& symbols);

/// Mechanism::variables.
void assign_roles(Mechanism& mechanism, Symbols const& symbols);

/// Assignments that nobody reads go.
void remove_dead_code(Mechanism& mechanism);

/// Mechanism::not_additive.
void find_superposition(Mechanism& mechanism, Symbols const& symbols);

// From here on only the loops that run over and over (loops_of) are treated.

/// Every local of straight-line code means one value, and no local is only another name.
void name_values(Mechanism& mechanism, Symbols const& symbols);

/// Exponentials that are powers of one another are computed once.
void share_exponentials(Mechanism& mechanism, Symbols const& symbols);

/// Divisions become multiplications, or share a reciprocal.
void save_divisions(Mechanism& mechanism, Symbols const& symbols);

/// What is computed twice is computed once.
void share_subexpressions(Mechanism& mechanism, Symbols const& symbols);

/// What is the same for all instances moves to Mechanism::common, in all bodies.
void hoist(Mechanism& mechanism);

/// What of `state` is a function of v alone (Mechanism::curves), where reading it from a table takes less than computing it. The last that looks at
/// equations.
void find_curves(Mechanism& mechanism, Symbols const& symbols);

/// Every index that may lead outside of its array leads inside, and the first that would not have is kept (Role::misplaced, Mechanism::indices).
/// What it leaves is for C++ alone: the last pass.
void guard_indices(Mechanism& mechanism, std::vector<Source> const& sources);

}  // namespace rall::nmodl
