// What the steps of an experiment leave out: where states would come to rest, and how much the results hang on the step.
#pragma once

#include "channel/experiment.hpp"

namespace rall::channel {

/// The states of each sweep at rest at the potential at the end of a segment, NaN where it is not known: after implicit steps so long
/// (1e9 ms) that nothing moves any more, where they repeat themselves.
std::vector<std::vector<double>> steady_states(Protocol const& protocol, int segment, Variant const& variant,
                                               Clamp const& clamp);

/// Does the step change nothing? So it is where all states are those of Markov schemes that are advanced exactly, under an ideal
/// clamp whose command only jumps.
bool step_is_exact(Protocol const& protocol, Variant const& variant, Clamp const& clamp);

/// The largest error that a step of first order makes in the recordings of a variant, relative to their largest value: twice what half
/// the step changes (Richardson). Of the states where the protocol looks at gates, else of the current.
double step_error(Protocol const& protocol, Experiment const& experiment, std::size_t v, Variant const& variant,
                  Clamp const& clamp);

}  // namespace rall::channel
