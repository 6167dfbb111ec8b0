// Steps of a DERIVATIVE block that need no system of equations: cnexp, euler, runge.
#pragma once

#include "nmodl_lite/solve/inliner.hpp"
#include "nmodl_lite/syntax/ast.hpp"

namespace rall::nmodl {

/// cnexp: x' = a + b*x with a and b held fixed over the step has x(t + dt) = x + (1 - exp(b*dt))*(-a/b - x), exactly.
/// False, with the body as it was, if an equation is not linear in its own state. `program` has the functions that are called.
bool exponential_step(Body& body, Program const& program, Inliner& names);

/// euler: x(t + dt) = x + dt*x'.
void euler_step(Body& body, Inliner& names);

/// runge: the classical method of fourth order (Kutta 1901). The step begins at what `t` reads, as in NEURON.
void runge_step(Body& body, Inliner& names);

/// True if some equation reads a state of another one, so that a step for each state alone is not exact.
bool is_coupled(Body const& body);

}  // namespace rall::nmodl
