// Potentials that a command follows: recorded in a CSV file or an HDF5 report of a run, or the spike of a squid axon simulated here.
#pragma once

#include <filesystem>

#include "channel/protocol.hpp"

namespace rall::channel {

/// CSV: times (ms) in the first column, potentials (mV) in column `column` (2 is the second), lines that hold no numbers before
/// them skipped. HDF5: element `column` - 1 of the first population of a SONATA report. Throws InputError; a warning ("implausible") where numbers are
/// rather in V or s.
Waveform read_waveform(std::filesystem::path const& file, int column, Diagnostics& found);

/// An action potential of the built-in hh at 6.3 degC: a patch at rest that a short current excites. Kokkos must be initialised.
Waveform squid_spike();

}  // namespace rall::channel
