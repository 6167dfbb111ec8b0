// Lowering: a model becomes groups on the device. Cells are packed so that a group stays in cache (or gives a GPU enough
// thread blocks); the packing changes no result.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/communicator.hpp"
#include "base/diagnostics.hpp"
#include "base/progress.hpp"
#include "mechanisms/library.hpp"
#include "model/model.hpp"
#include "model/snapshot.hpp"
#include "solver/cvode/step_counts.hpp"
#include "solver/lowering/connections.hpp"
#include "solver/lowering/group_builder.hpp"
#include "solver/lowering/portion.hpp"
#include "solver/lowering/seats.hpp"
#include "solver/step/group.hpp"

namespace rall::solver {

struct LowerOptions {
    std::size_t group_bytes = 0;  ///< arrays of a group, about; 0: chosen from the machine
    int epoch_steps = 1;          ///< longest epoch, for the size of buffers
    OnProgress on_progress = {};
    Portion portion = {};  ///< what is lowered; connections are to it alone
    Communicator const* ranks = nullptr;  ///< who has the rest
};

/// Where a probe's samples of one group lie.
struct ProbeColumns {
    int group = 0;
    std::vector<int> sites;  ///< per column, index into Probe::sites
    std::int64_t first = 0;  ///< first element in the sample buffer
};

/// A cell whose voltage left the range that Advance allows, or a state of which is infinite or no number.
struct Diverged {
    int cell = -1;                  ///< -1: an artificial cell
    int compartment = -1;           ///< -1 where branches join
    std::int64_t step = 0;          ///< after which it was seen
    std::string state = {};         ///< "m of hh"; empty: the voltage
    model::PointRef point{-1, -1};  ///< the artificial cell or point process whose state it is
    bool no_step = false;           ///< it is a number, but changes too fast for CVODE
    double value = 0;               ///< of the state
    RuntimeIndex const* index = nullptr;  ///< no state but an index that led outside of its array, which `value` tells
};

/// Bytes by what they hold.
struct Bytes {
    std::int64_t nodes = 0, mechanisms = 0, indices = 0, events = 0, probes = 0;
};

struct Packing;
struct Places;
class DeviceMemory;
class Neighbours;
class VariableRun;

/// A lowered model: the device's memory, and where to find things in it.
class Lowered {
public:
    /// `connections`: the model's, which are taken over where the model's own are not.
    Lowered(model::Model const& model, std::vector<model::Connection> connections, KernelLibrary const& library,
            LowerOptions const& options, Diagnostics& diagnostics);
    ~Lowered();
    Lowered(Lowered&&) noexcept;

    int n_groups() const;
    Bytes const& bytes() const { return bytes_; }
    std::int64_t n_nodes() const { return n_nodes_; }

    Target target(model::PointRef point) const {
        auto const& targets = connections_->targets();
        return targets.at(targets.place(first_number_[point.set] + static_cast<std::uint32_t>(point.index)));
    }
    MechanismInfo const& mechanism(model::PointRef point) const { return *library_.mechanisms[target(point).mechanism]; }
    /// Is it among what was lowered?
    bool has(model::PointRef point) const {
        return connections_->targets().has(first_number_[point.set] + static_cast<std::uint32_t>(point.index));
    }
    Connections const& connections() const { return *connections_; }
    /// Per probe.
    std::vector<std::vector<ProbeColumns>> const& probe_columns() const { return probe_columns_; }

    /// Run the library's kernels over all groups: INITIAL blocks; first currents and samples; the steps of an epoch. `deliveries[g]` are
    /// group g's events of this epoch, in order; they stay where they are until the call returns.
    /// Throw InputError when a mechanism sends an event into the past, or moves one that it has not sent.
    void initialize(Advance const& advance);
    void begin(Advance const& advance);
    void advance(Advance const& advance, std::vector<std::vector<Delivery>> const& deliveries);
    /// Delivers events to some groups, ascending, and does no more: `deliveries`, and what instances have sent themselves until `until` (ms).
    void deliver(Advance const& advance, std::vector<int> const& groups,
                 std::vector<std::vector<Delivery>> const& deliveries, double until);
    /// When something next happens in a group without a spike from outside, ms: an event that an instance sent itself, or a look at
    /// conditions right after the begin of step `step`.
    double next_event(int group, std::int64_t step) const;
    bool watches(int group) const { return watches_[group]; }
    bool is_artificial(int group) const { return cell_of_node_[group].empty(); }

    /// What the variable step took so far, all groups together.
    StepCounts step_counts() const;

    /// How long other ranks have been asked for what is seen of them at every step, s.
    double trade_seconds() const;

    /// Spikes of the last launch, unordered.
    std::vector<SpikeOut> const& spikes() const { return spikes_; }
    /// Samples of the last launch as host memory (see ProbeColumns).
    double const* samples() const;
    /// Cells that diverged in the last launch. They go on, with numbers that mean nothing, until all cells of their group have.
    std::vector<Diverged> const& diverged() const { return diverged_; }
    /// What to say when that ends a run: cell, place and time.
    InputError not_finite(Diverged const& where, double t) const;

    /// What all groups of all ranks are between two epochs (solver/lowering/snapshot.cpp says what that is), after `snapshot.step` steps; at rank 0. With variable steps
    /// every integrator starts afresh from here, as it does when it is restored. Throws InputError where a cell has diverged.
    void save(model::Snapshot& snapshot);
    /// ... after initialize(), whose spikes do not count.
    void restore(model::Snapshot const& snapshot);

    /// Where a variable stands at sites of one kind, all compartments or all instances; `variable` and `owner` as in model::Probe. Throws InputError:
    /// "unknown-variable", "mechanism-not-there", "not-kept" (it exists only inside of a step), "unknown-mechanism".
    Seats find(std::string const& variable, std::string const& owner, std::vector<model::Site> const& sites);
    void read(Seats const& seats, double* values);
    /// Between two epochs, after `step` steps. With variable steps integrators start afresh.
    void write(Seats const& seats, double const* values, std::int64_t step);

private:
    struct Memory;
    Seats find_at_nodes(std::string const& variable, std::vector<model::Site> const& sites);
    std::vector<int> const& nodes_of(int cell);
    void hand_over(Advance const& advance, std::vector<std::vector<Delivery>> const& deliveries);
    void copy_to_device(std::vector<std::vector<Delivery>> const& deliveries);
    template <class Launch>
    void run(Launch const& launch);
    void find_workers(Packing const& packing, std::vector<std::size_t> const& base);
    Group const* pick(std::vector<int> const& groups, DeviceMemory& to) const;
    void show(std::int64_t step);
    void advance_together(Advance const& advance);
    void collect();
    Diverged describe(int group, Divergence const& found) const;
    model::PointRef point_at(int group, int mechanism, int instance) const;
    void find_diverged();
    void fail(int group, Counters const& counters) const;
    void forget_passive();
    Places const& places();
    void save_thresholds(model::Snapshot& snapshot);
    void restore_thresholds(model::Snapshot const& snapshot);
    void save_self_events(model::Snapshot& snapshot);
    void restore_self_events(model::Snapshot const& snapshot);
    struct Led {
        std::uint64_t target;
        std::uint32_t connection;
    };
    std::vector<Led> by_target(std::size_t rank);
    void save_args(model::Snapshot& snapshot);
    void restore_args(model::Snapshot const& snapshot);

    model::Model const& model_;
    std::vector<std::uint32_t> first_number_;  ///< Model::first_numbers
    KernelLibrary const& library_;
    Communicator const& ranks_;
    std::unique_ptr<Memory> memory_;
    std::unique_ptr<VariableRun> variable_;  // with Method::cvode
    std::unique_ptr<Connections> connections_;
    std::vector<std::vector<ProbeColumns>> probe_columns_;
    std::vector<SpikeOut> spikes_;
    std::vector<Diverged> diverged_;
    std::vector<int> first_cell_{0};  ///< per group, of all groups' cells one after the other
    std::vector<bool> has_diverged_;
    int n_diverged_ = 0;
    Bytes bytes_;
    std::int64_t n_nodes_ = 0;
    double dt_;                                                         ///< ms
    std::vector<std::vector<int>> cell_of_node_, compartment_of_node_;  ///< per group
    std::vector<std::vector<std::pair<int, int>>> states_;  ///< per group, as Group::states: mechanism and element
    std::vector<char> watches_;                             ///< per group: has conditions
    std::vector<int> together_;           ///< groups that see one another at every step, thread by thread
    std::vector<int> first_together_{0};  ///< per thread: which are its own
    std::vector<int> apart_;              ///< the other groups
    bool seen_after_solve_ = false;       ///< see Lockstep
    std::unique_ptr<Neighbours> neighbours_;  ///< if there are any
    std::vector<Remembered> remembered_;  ///< per group
    std::vector<std::uint64_t> set_of_cell_;  ///< per cell: the least gid of those that must share its group
    std::vector<int> group_of_cell_;          ///< once a program looks at cells
    std::unordered_map<int, std::vector<int>> nodes_of_cell_;  ///< of those that it looked at
    std::unique_ptr<Places> places_;          ///< once a checkpoint needs them
    std::vector<std::uint64_t> number_of_mechanism_;  ///< ... per mechanism of the library: its place among the model's names
};

}  // namespace rall::solver
