// Who hears whom: spikes of one epoch become events of later ones. Events at the same time at the same target come in the
// order (time, when it was sent, order of the spikes of that time, source gid, weight), whichever thread was first, and whether connections are
// stored or made again.
#pragma once

#include <cstdint>
#include <vector>

#include "model/model.hpp"
#include "network/mailbox.hpp"
#include "network/procedural.hpp"
#include "solver/lowering/lower.hpp"

namespace rall::network {

/// Shortest delay of a model's connections in whole steps, at least 1: how long cells cannot influence each other. Without
/// connections `longest`, which it never exceeds. Connections that lead on within a step do not count.
int epoch_steps(model::Model const& model, std::vector<model::Connection> const& connections, int longest);

/// Does a connection of that source and delay (ms) bring an event on within the step in which it was sent? From artificial cells and point processes, whose events
/// have times of their own, when it is shorter than a step. With variable steps from artificial cells only.
bool leads_on(model::Model const& model, int source, double delay);

/// The step that delivers an event due at `time` (ms): the first whose t + dt/2 is not before it. One that no run reaches for a time beyond
/// all steps.
std::int64_t delivery_step(double time, double dt);

/// With variable steps, which deliver an event when it is due: the step that `time` (ms) lies in, its begin included.
std::int64_t step_of(double time, double dt);

class Exchange {
public:
    /// `epoch`: steps for which cells cannot influence one another. `longest_delay` of all ranks' connections, ms.
    Exchange(model::Model const& model, solver::Lowered const& lowered, int epoch, double longest_delay);

    /// Spikes go on their way to all that hear them; those of thresholds are sent NEURON's 1e-10 ms later. Those of one time that answer
    /// events come after one another as these came, also where they are of several calls between two of end_instant().
    void send(std::vector<solver::SpikeOut> spikes);
    /// An event that no connection brings, for one instance; due at or after the next step.
    void put(solver::Target const& target, double time, double weight);
    /// What was sent so far and what will be is never of one time.
    void end_instant() { instant_ = {}; }
    /// Spikes of the model's spike trains before `end` (ms). Returns them as (time, source).
    std::vector<solver::SpikeOut> play(double end);
    /// Takes the events due before step `end`, per group, in order of delivery.
    std::vector<std::vector<solver::Delivery>> const& due_before(std::int64_t end);
    /// Takes those of some groups that are due at or before `until` (ms); the lists of others are empty.
    std::vector<std::vector<solver::Delivery>> const& due_until(std::vector<int> const& groups, double until);
    /// When the next event of a group is due, ms; infinite without one.
    double next(int group) { return mailboxes_[group].next(); }

    /// Of what was sent, drops what was before `time` (ms) and is not under way any more after `step` steps; has_much_to_forget() says when that
    /// is worth while.
    void forget(double time, std::int64_t step);
    bool has_much_to_forget() const { return recent_.size() > recent_enough_; }
    /// What was sent since `time` (ms), or may be under way still after `step` steps, but for spike trains, which the model has. Ordered by
    /// (time, gid, order).
    std::vector<solver::SpikeOut> sent_since(double time, std::int64_t step);
    /// Begins after `step` steps, when these were the last spikes that were sent: what of them, and of spike trains, is due later is put on
    /// its way again. Returns the spikes of trains since `time` (ms) that have been played.
    std::vector<solver::SpikeOut> resume(std::int64_t step, std::vector<solver::SpikeOut> const& spikes, double time);

    /// Of what was due before the step, at t = 0 of what was due by then, all has happened.
    bool under_way(double due, std::int64_t step_now) const;

    /// Connections that are not stored, about.
    double n_made_again() const { return procedural_.expected(); }
    std::int64_t bytes() const;

private:
    /// A time, and the order of the next spike of it.
    struct Instant {
        double time = -1;  ///< ms
        std::uint32_t next = 0;
    };
    void sort_trains();
    void order(std::vector<solver::SpikeOut>& spikes);
    void distribute(std::vector<solver::SpikeOut> const& spikes);
    void distribute(std::vector<solver::SpikeOut> const& spikes, int first_group, int last_group);
    double when_sent(solver::SpikeOut const& spike) const;
    template <class Take>
    std::vector<std::vector<solver::Delivery>> const& gather(std::vector<int> const& groups, Take const& take);
    std::int64_t step(double time) const;

    model::Model const& model_;
    solver::Connections const& connections_;
    Procedural procedural_;
    double longest_delay_;  ///< ms, of all connections
    int epoch_;             ///< steps
    bool in_parallel_;      ///< are there connections enough for threads?
    std::vector<Mailbox> mailboxes_;         ///< per group
    std::vector<int> all_;                   ///< groups
    std::vector<std::vector<solver::Delivery>> due_;
    Instant instant_;
    std::vector<solver::SpikeOut> played_;  ///< all spike trains, by time and order
    std::size_t next_played_ = 0;
    std::vector<solver::SpikeOut> recent_;  ///< those that a checkpoint may need, and older ones
    std::size_t recent_enough_ = 1 << 12;   ///< so many, before the older ones are dropped
    std::int64_t resumed_at_ = -1;          ///< while spikes are put on their way again: the step before whose events all have happened
};

}  // namespace rall::network
