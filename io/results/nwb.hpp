// What models take from NWB files of the Allen Institute (version 1.0, HDF5): stimuli of the Cell Types Database, and spike trains.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostics.hpp"

namespace rall::io {

struct Sweep {
    double dt = 0;             ///< ms
    std::vector<double> amps;  ///< nA
};

/// The current of a sweep: /epochs/`name`/stimulus/timeseries, whose data are in A. Throws InputError naming file and data set: those of h5::Input,
/// "nwb-sweep" with the sweeps that there are, "nwb-rate".
Sweep read_nwb_sweep(std::filesystem::path const& path, std::string const& name);

/// Spike trains (ms) by node id: /processing/`trial`/spike_train/ID/data. Without a trial the file must have one only. Throws InputError: those of
/// h5::Input, "nwb-trial".
std::map<std::uint64_t, std::vector<double>> read_nwb_spikes(std::filesystem::path const& path, std::optional<std::string> const& trial);

}  // namespace rall::io
