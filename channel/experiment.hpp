// A protocol carried out: every sweep of every variant is a clamped patch of its own, and all patches run together.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "channel/protocol.hpp"
#include "mechanisms/catalogue.hpp"
#include "model/model.hpp"

namespace rall::channel {

/// A channel under test: a density mechanism and what differs from its defaults.
struct Variant {
    std::string label;                           ///< no two variants have the same
    std::string channel, change;                 ///< what the label is made of: "Nav", "R859C"; the change may be empty
    bool named = false;                          ///< the command line says what the channel shall be called
    std::shared_ptr<Catalogue const> catalogue;  ///< where the mechanism is; files of one name need one each
    MechanismInfo const* mechanism = nullptr;
    std::map<std::string, double> parameters, globals;
    std::string current;              ///< the variable that is measured: "ina"
    std::string reversal;             ///< of its ion: "ena"; empty where the mechanism reads none
    std::vector<std::string> states;  ///< "m", or "s[2]" of an array
};

/// What the clamp is made of, the same for all variants.
struct Clamp {
    double series_resistance = 1e-9;  ///< Mohm; this little is an ideal clamp
    double capacitance = 10;          ///< pF, of a membrane of 1 uF/cm2
    double celsius = 6.3;
    bool exact = true;                   ///< Markov schemes by the exponential of their rates, else by backward Euler
    bool tables = false;                 ///< TABLEs are interpolated, as in NEURON
    std::map<std::string, double> ions;  ///< "ena" (mV), "cai" (mM), ...: instead of NEURON's defaults
};

/// What one sweep of one variant gave, at the times that its experiment keeps. The current is that of v and states at the
/// same time (NEURON records the variable a step later).
struct Recording {
    std::vector<double> v;                    ///< mV
    std::vector<double> current;              ///< mA/cm2
    std::vector<std::vector<double>> states;  ///< as Variant::states; empty unless the protocol looks at gates
    double reversal = 0;                      ///< mV, at t = 0; NaN where the mechanism reads none
};

/// Where the states are at rest at the potential of a segment, by the segment: [sweep][state], NaN where they are not known to be.
using SteadyStates = std::map<int, std::vector<std::vector<double>>>;

struct Experiment {
    std::vector<int> steps;                          ///< which are kept, ascending; step k is at time k dt
    std::vector<std::vector<Recording>> recordings;  ///< [variant][sweep]
    std::vector<SteadyStates> steady;                ///< [variant]; of the segments in which gates are looked at
    std::vector<double>
        step_error;  ///< [variant]: of the current, or the states where gates are looked at, in parts of the
                     ///< largest; NaN where the step makes none
};

/// The command (mV) of a sweep in the step that ends at step `step`, so at time (step - 1/2) dt.
double command(Protocol const& protocol, Sweep const& sweep, int step);

struct RunOptions {
    std::vector<int> keep;       ///< steps, instead of all or of what the protocol says
    bool skip_diverged = false;  ///< a sweep that diverges gives NaN, and the others go on; else it is an error
};

/// The recordings, without steady states and errors. Throws InputError, MachineError. Kokkos must be initialised.
Experiment run(Protocol const& protocol, std::vector<Variant> const& variants, Clamp const& clamp,
               Diagnostics& diagnostics, RunOptions const& options = {});

}  // namespace rall::channel
