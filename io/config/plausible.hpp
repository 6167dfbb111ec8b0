// Values a thousand times off what this field uses: most likely right in another unit. Each is a warning with the code "implausible"
// that names this unit. What is looked at is the model, so that it makes no difference whether a number was written in a config, in a file that
// it names, as an expression, or in a circuit.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "io/config/build.hpp"
#include "io/config/input_keys.hpp"
#include "io/config/plausible_values.hpp"

namespace rall::io {

/// Conditions, the step, cells, synapses, generators and connections, once all of them are in the model.
void warn_of_units(Build& build, Node const& root, std::vector<CellPlan> const& plans);

/// Currents, potentials and conductances of electrodes, and when they begin; "input-late" and "input-no-effect" of what changes nothing.
void warn_of_units(Input& input, model::PointSet const& set);

/// When spikes of some trains come, ms.
class SpikeTimes {
public:
    /// A train, ascending.
    void add(std::vector<double> const& train);
    double first() const { return first_; }
    double closest() const { return closest_; }

private:
    double first_ = std::numeric_limits<double>::infinity();
    double closest_ = first_;  ///< the mean distance of spikes in the train where it is smallest
};
/// Trains that spike every few us, and "input-late" of those that begin when the run has ended. `where` gives their times.
void warn_of_times(Build& build, std::string const& what, Node const& where, SpikeTimes const& times);

/// "input-late": what begins at `begin` ms.
void warn_if_late(Build& build, std::string const& what, Node const& where, double begin);

/// A warning about a value, in words, with what was probably meant.
void suspect(Diagnostics& found, Node const& node, std::string const& what, std::string const& likely);

}  // namespace rall::io
