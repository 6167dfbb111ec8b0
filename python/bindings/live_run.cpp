#include "python/bindings/live_run.hpp"

#include <algorithm>
#include <chrono>
#include <set>

namespace rall::python {

using Clock = std::chrono::steady_clock;

static double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

/// Those of NEURON's queue are nobody's spikes.
static bool is_train(Carried const& carried, int source) { return std::holds_alternative<model::SpikeTrain>(carried.model.sources[source].origin); }

/// What waits in NEURON's queue is among the connections, and so no spike of before is under way; but what begins above its threshold NEURON tells only when
/// the first step begins.
static void keep_thresholds_only(model::Snapshot& snapshot, Carried const& carried, bool begins) {
    auto& time = snapshot.numbers["spikes/time"];
    auto &gid = snapshot.counts["spikes/gid"], &order = snapshot.counts["spikes/order"];
    std::set<std::uint64_t> kept;
    for (auto const& source : carried.model.sources)
        if (begins && std::holds_alternative<model::ThresholdSource>(source.origin)) kept.insert(source.gid);
    std::size_t n = 0;
    for (std::size_t i = 0; i < gid.size(); ++i)
        if (kept.contains(gid[i])) time[n] = time[i], gid[n] = gid[i], order[n] = order[i], ++n;
    time.resize(n), gid.resize(n), order.resize(n);
}

LiveResult run_live(Live& live, Carried const& carried, KernelLibrary const& library, std::map<std::string, MechanismInfo const*> const& mechanisms,
                    LiveEnd const* before, std::function<void()> const& ask, Diagnostics& diagnostics) {
    auto const begin = Clock::now();
    LiveResult result;
    result.samples.resize(carried.model.probes.size());
    network::Options options;
    options.on_samples = [&](network::Samples const& samples) {
        auto& all = result.samples[samples.probe];
        all.insert(all.end(), samples.values, samples.values + samples.rows * samples.sites);
    };
    network::Simulation simulation(carried.model, carried.model.connections, library, std::move(options), diagnostics);
    LiveState const state(live, carried, mechanisms);
    simulation.initialize();
    for (auto& samples : result.samples) samples.clear();  // NEURON has taken those of t = 0 itself
    auto snapshot = before ? before->snapshot : simulation.save();
    bool const begins = !before && live.begins;
    if (!before) keep_thresholds_only(snapshot, carried, begins);
    if (!before) state.put_self_events(snapshot), state.put_arguments(snapshot);
    snapshot.step = live.step;
    state.put(snapshot);
    simulation.restore(snapshot, {});
    result.build_seconds = seconds_since(begin);

    auto const run = Clock::now();
    while (simulation.advance()) ask();
    result.run_seconds = seconds_since(run);
    result.steps = simulation.steps();
    result.end = std::make_shared<LiveEnd>(LiveEnd{simulation.save()});
    state.take(result.end->snapshot);
    state.take_arguments(result.end->snapshot);
    std::map<std::uint64_t, int> source_of;
    for (std::size_t k = 0; k < carried.model.sources.size(); ++k) source_of[carried.model.sources[k].gid] = static_cast<int>(k);
    double const since = static_cast<double>(live.step) * live.dt;
    for (auto const& spike : simulation.spikes())
        if ((spike.time > since || begins) && !is_train(carried, source_of.at(spike.gid))) result.spikes.emplace_back(spike.time, source_of.at(spike.gid));
    std::ranges::stable_sort(result.spikes);
    return result;
}

}  // namespace rall::python
