// Everything that was found about some variants of a channel, and how it differs between them.
#pragma once

#include <string>
#include <vector>

#include "channel/curves.hpp"
#include "channel/experiment.hpp"

namespace rall::channel {

/// One protocol: its recordings, and per variant its curves.
struct Outcome {
    Protocol protocol;
    Experiment experiment;
    std::vector<std::vector<Curve>> curves;  ///< [variant]
};

struct Results {
    std::vector<Variant> variants;
    Clamp clamp;
    std::vector<Outcome> outcomes;
};

/// A quantity of a variant beside that of the first one.
struct Difference {
    std::string protocol, curve, group, quantity;
    std::string units;  ///< of the values, and of their difference
    std::size_t variant = 1;
    Comparison comparison;
    double reference = 0, value = 0;
    double change = 0;  ///< value - reference, or value / reference
    double error = 0;   ///< standard error of the change; NaN where it is not known
    int n = 0;          ///< of a mean ratio: how many there are
};

/// All variants against the first: parameters of fits, single values, and the mean ratio of time constants.
std::vector<Difference> differences(Results const& results);

/// Carries out the protocols. Throws InputError, MachineError. Kokkos must be initialised.
Results measure(std::vector<Variant> variants, Clamp const& clamp, std::vector<Protocol> protocols,
                Diagnostics& diagnostics);

}  // namespace rall::channel
