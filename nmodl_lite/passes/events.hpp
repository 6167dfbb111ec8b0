// Events: where NMODL lets a file send and watch for them, and the conditions it watches.
#pragma once

#include "base/diagnostics.hpp"
#include "nmodl_lite/syntax/ast.hpp"

namespace rall::nmodl {

/// Reports what stands where NEURON takes none of its kind (net_send outside INITIAL and NET_RECEIVE; net_event, net_move, WATCH
/// and FOR_NETCONS outside NET_RECEIVE), conditions of WATCH that are no `a > b` or `a < b`, and flags that are no numbers.
void check_events(Program const& program, Diagnostics& found);

/// Numbers the conditions of all WATCH statements and repeats them in a block of their own, which the solver runs before each
/// step: WATCH in NET_RECEIVE says from when on a condition is watched, that block what it is worth. False if there are none.
bool collect_watches(Program& program);

/// What is greater than 0 where the condition `a > b` or `a < b` holds.
Expr watched_value(Expr const& condition);

}  // namespace rall::nmodl
