// Groups whose events others hear within a step: where delays are shorter than that, spikes do not wait for the end of an epoch.
#pragma once

#include <limits>
#include <vector>

#include "base/communicator.hpp"
#include "network/exchange.hpp"

namespace rall::network {

struct Senders {
    /// On all ranks at once.
    Senders(model::Model const& model, solver::Lowered const& lowered, Communicator const& ranks);

    bool any = false;         ///< are there some, on whichever rank?
    std::vector<int> groups;  ///< from which a connection leads on (see leads_on), ascending
    /// Shortest delay of those connections that lead back into such groups, ms; infinite without.
    double back = std::numeric_limits<double>::infinity();
    /// All are artificial cells, to which steps mean nothing: an epoch of theirs can be dealt with before that of the others.
    bool run_ahead = true;
};

}  // namespace rall::network
