// A running simulation: the groups on the device, who hears whom, and the spikes and samples that come out.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "base/communicator.hpp"
#include "base/diagnostics.hpp"
#include "base/progress.hpp"
#include "mechanisms/library.hpp"
#include "model/model.hpp"
#include "model/snapshot.hpp"
#include "network/ranks.hpp"
#include "network/shares.hpp"
#include "solver/cvode/step_counts.hpp"
#include "solver/lowering/seats.hpp"

namespace rall::network {

struct Spike {
    double time;  ///< ms
    std::uint64_t gid;
};

/// Samples of one probe that one epoch produced. Row-major: sample r (at time first_time + r * dt) of site c is values[r * sites + c].
struct Samples {
    int probe;           ///< index into Model::probes
    std::int64_t first;  ///< number of the first sample in the probe's whole series
    std::int64_t rows;
    std::int64_t sites;
    double const* values;
};

struct Options {
    /// Bytes of arrays a group may have; 0: chosen (solver/lowering/packing.cpp), on a CPU by its caches, on a GPU small. Changes no result.
    std::size_t group_bytes = 0;
    /// Called after each epoch for each probe with new samples; may be empty.
    std::function<void(Samples const&)> on_samples = {};
    /// Called while the simulation is built.
    OnProgress on_progress = {};
    /// A cell diverges when a voltage of it leaves this range (mV) or a state of it is infinite or no number, which is looked at every ms.
    double lowest_voltage = -std::numeric_limits<double>::max(), highest_voltage = std::numeric_limits<double>::max();
    /// Called for each cell that diverges (ms); the others go on, and so may it, with numbers that mean nothing. `cell` is an index into
    /// Model::cells, or -1 for the artificial cell `point`. Empty: advance() throws.
    std::function<void(int cell, model::PointRef point, double t)> on_diverged = {};
    /// With whom this simulation is shared, and how; without: it is all here. Both live as long as the simulation, whose functions are
    /// then collective where they say so.
    Communicator const* ranks = nullptr;
    Shares const* shares = nullptr;
};

/// What a simulation takes, before and after it is built.
struct Size {
    std::int64_t cells = 0, compartments = 0, nodes = 0, groups = 0, point_processes = 0, connections = 0;
    std::int64_t node_bytes = 0;       ///< v, matrix, geometry
    std::int64_t mechanism_bytes = 0;  ///< parameters and states
    std::int64_t index_bytes = 0;      ///< tree, node lists, gather lists
    std::int64_t event_bytes = 0;      ///< connections, queues
    std::int64_t probe_bytes = 0;
    std::int64_t total_bytes() const { return node_bytes + mechanism_bytes + index_bytes + event_bytes + probe_bytes; }
};

/// With ranks: all of them together build a simulation, take its steps and end it, each with the same model. Spikes and samples come out at rank 0.
///
/// Kokkos must be initialised while a Simulation lives. Throws InputError when the model names what does not exist
/// (mechanism, parameter, variable, compartment) or when the solution diverges (cell, compartment and time named).
class Simulation {
public:
    /// `connections`: those of the model, taken over, so that they are never held twice; the model's own are not looked at.
    Simulation(model::Model const& model, std::vector<model::Connection> connections, KernelLibrary const& library,
               Options options, Diagnostics& diagnostics);
    ~Simulation();
    Simulation(Simulation&&) noexcept;

    /// Sets t = 0, runs INITIAL at v_init, samples probes.
    void initialize();
    /// Runs one epoch (min_delay, cut at tstop and at step `last`). Returns false when tstop is reached.
    bool advance(std::int64_t last = std::numeric_limits<std::int64_t>::max());
    /// What this rank asks of all, by a number, and once an epoch has passed the greatest that any rank has asked for: the same on all.
    void ask(int wish);
    int asked() const;

    /// What the model is now, between two epochs and before tstop is reached: a simulation of the same model that is restored from it goes on
    /// as this one does, bit by bit, on any number of ranks; at rank 0. With variable steps both start their integrators afresh here. Throws InputError where a cell has diverged.
    model::Snapshot save();
    /// In the place of initialize(). `spikes`: those recorded before settled(snapshot). Nothing is sampled. Throws
    /// InputError ("checkpoint-other-model") where it does not fit this model, or lies at or behind its end.
    void restore(model::Snapshot const& snapshot, std::vector<Spike> spikes);
    /// All spikes before this time, ms, are known; it is a step before time(). Of these a snapshot knows nothing.
    double settled() const;
    static double settled(model::Snapshot const& snapshot);

    /// An event of this weight for an instance at `time` (ms), which no connection brings. Throws InputError: "event-in-the-past", "event-needs-connection"
    /// (NET_RECEIVE keeps something for each connection), "event-not-received". Of a simulation without other ranks, as what follows.
    void send(model::PointRef target, double time, double weight);
    /// Where a variable stands at sites of one kind; see Lowered::find.
    solver::Seats find(std::string const& variable, std::string const& owner, std::vector<model::Site> const& sites);
    void read(solver::Seats const& seats, double* values);
    /// Between two epochs.
    void write(solver::Seats const& seats, double const* values);

    double time() const;         ///< ms
    double epoch() const;        ///< ms, length of a full epoch
    std::int64_t steps() const;  ///< since t = 0
    std::int64_t last_step() const;  ///< that there are until tstop
    Size const& size() const;  ///< of all ranks together
    RankSeconds const& seconds() const;  ///< of this rank since initialize() or restore()
    /// What the variable step took so far; zeros with a fixed one. Of this rank.
    solver::StepCounts step_counts() const;
    /// All spikes so far, ordered by (time, gid); at rank 0.
    std::vector<Spike> const& spikes() const;

private:
    struct Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace rall::network
