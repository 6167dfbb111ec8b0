// All usable Markov schemes of a mechanism together, as numbers: what GatingInfo of mechanisms/info.hpp holds.
#pragma once

#include "nmodl_lite/mechanism.hpp"

namespace rall::nmodl {

struct GatingPattern {
    std::vector<int> state, part;  // per state: its element, the number of its part
    std::vector<int> from, to;     // per transition, in the order of Mechanism::transition_outputs()
    int n_parts = 0;
    int channels = -1;     // element of the first variable of Role::channels
    std::string obstacle;  // why a scheme is not among them; one that leaks comes first
    bool leaks = false;
    bool exact = false;  // METHOD matexp
};

GatingPattern gating_pattern(Mechanism const& mechanism);

}  // namespace rall::nmodl
