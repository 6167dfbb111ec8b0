// A model carried over from a live NEURON runs from one time to another.
#pragma once

#include <functional>
#include <memory>

#include "base/diagnostics.hpp"
#include "network/simulation.hpp"
#include "python/bindings/live_state.hpp"

namespace rall::python {

/// What a run leaves for the next one, beside what NEURON holds: spikes and events under way, and what mechanisms keep to themselves.
struct LiveEnd {
    model::Snapshot snapshot;
};

struct LiveResult {
    std::vector<std::vector<double>> samples;     ///< per probe: [rows * places]
    std::vector<std::pair<double, int>> spikes;  ///< ms, index into Live::sources; by time
    std::shared_ptr<LiveEnd> end;
    double build_seconds = 0, run_seconds = 0;
    std::int64_t steps = 0;
};

/// Runs `live` from its step to tstop; what it holds then is there. `before`: the end of the run before, where this one goes on. `ask` is called
/// after each epoch and may throw.
LiveResult run_live(Live& live, Carried const& carried, KernelLibrary const& library, std::map<std::string, MechanismInfo const*> const& mechanisms,
                    LiveEnd const* before, std::function<void()> const& ask, Diagnostics& diagnostics);

}  // namespace rall::python
