// A KINETIC block as a Markov scheme: states, and rates from one to another that do not depend on the states. Then dy/dt = A y with an
// A that is constant within a step, whose exponential advances y without error (solver/step/gating.hpp), and whose transitions can be
// drawn for single channels.
#pragma once

#include <string>
#include <vector>

#include "nmodl_lite/syntax/ast.hpp"

namespace rall::nmodl {

struct Transition {
    std::size_t from, to;  // numbers of states
    Expr rate;             // per ms
};

struct Scheme {
    std::string block;
    Position at;
    std::vector<Expr> states;  // names, with an index where they are elements of an array
    std::vector<Transition> transitions;
    std::vector<std::size_t> part;  // per state: states of different parts never turn into one another
    std::vector<Expr> totals;       // per part: the sum of its states, as CONSERVE says or as it is
    Body rates;                     // what `transitions` and `totals` name
    Body results;                   // variables that the block computes from the states
    std::string obstacle;           // why it is no such scheme; transitions and totals are empty then
    bool leaks = false;             // ... because what leaves a state does not all arrive in another

    bool usable() const { return obstacle.empty(); }
};

}  // namespace rall::nmodl
