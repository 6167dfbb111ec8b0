// What a voltage trace is like in numbers: spikes, their shape and their times, and the response below threshold. A feature that has a
// name of eFEL (Ranjan et al., the Electrophys Feature Extraction Library, doi:10.5281/zenodo.593869) has eFEL's value, with its
// default settings (the mean over the spikes where eFEL gives one for each), or none where eFEL's would mix up spikes;
// tests/sweep/efel_features.py compares. What is ours has a name of its own.
#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

namespace rall::sweep {

/// When the stimulus is on.
struct Window {
    double from = 0, to = 0;  ///< ms
};

struct Feature {
    char const* name;
    char const* units;
    char const* meaning;
};

inline constexpr std::array features{
    Feature{"Spikecount", "", "spikes in the whole trace"},
    Feature{"Spikecount_stimint", "", "spikes during the stimulus"},
    Feature{"firing_rate", "Hz", "spikes during the stimulus over its duration"},
    Feature{"mean_frequency", "Hz", "spikes during the stimulus over the time from its start to the last of them"},
    Feature{"time_to_first_spike", "ms", "from the start of the stimulus to the peak of the first spike of the trace"},
    Feature{"ISI_CV", "", "standard deviation over mean of the intervals between spikes, the first left out"},
    Feature{"adaptation_index2", "", "mean of (difference over sum) of neighbouring intervals, the first left out"},
    Feature{"AP_begin_voltage", "mV", "threshold: where dV/dt passes 10 mV/ms"},
    Feature{"AP_amplitude", "mV", "peak above threshold"},
    Feature{"peak_voltage", "mV", "of the spikes"},
    Feature{"AP_duration_half_width", "ms", "width half way between threshold and peak"},
    Feature{"spike_half_width", "ms", "width half way between the following minimum and peak"},
    Feature{"AHP_depth", "mV", "minimum after a spike, above voltage_base"},
    Feature{"voltage_base", "mV", "mean of the last tenth before the stimulus"},
    Feature{"steady_state_voltage_stimend", "mV", "mean of the last tenth of the stimulus"},
    Feature{"sag_amplitude", "mV", "steady state above the minimum, where the stimulus hyperpolarizes"},
    Feature{"sag_ratio1", "", "sag_amplitude over the whole deflection to the minimum"},
    Feature{"minimum_voltage", "mV", "lowest during the stimulus"},
    Feature{"maximum_voltage", "mV", "highest during the stimulus"},
};

/// "firing_rate (Hz)": what heads a column.
std::string heading(Feature const& feature);

/// The features of a trace v[i] at times i * dt (mV, ms), in the order of `features`; NaN where one is not defined.
std::vector<double> measure(std::span<double const> v, double dt, Window stimulus, double threshold);

}  // namespace rall::sweep
