// Buffers of all groups for what they send: spikes that leave, and self-events that wait. A group that runs out of room stops
// between two events, is given more here, and goes on (solver/step/advance.hpp). What one call of NET_RECEIVE sends beyond that finds room
// at once, on a host.
#pragma once

#include <vector>

#include "solver/step/group.hpp"
#include "solver/step/memory.hpp"

namespace rall::solver {

class EventMemory {
public:
    /// Whom a group's buffers serve.
    struct Senders {
        int detectors = 0;
        int event_sources = 0;  ///< instances whose net_event is heard
        int self_senders = 0;   ///< instances that may send themselves events
    };
    EventMemory(std::vector<Senders> const& groups, int epoch_steps);

    /// Tells the groups where their buffers are. From then on this object stays where it is.
    void hand_out(Counters* counters);
    /// Takes all spikes of a launch out of the buffers.
    void take_spikes(Counters* counters, std::vector<SpikeOut>& into);
    /// More room for the self-events of those groups that are short of it. Throws MachineError.
    void grow(Counters* counters);

    /// The self-events of each group, in any order.
    std::vector<std::vector<SelfEvent>> self_events(Counters const* counters);
    /// Puts others in their place, which are heaps by (time, order).
    void set_self_events(Counters* counters, std::vector<std::vector<SelfEvent>> const& events);

    std::size_t bytes() const;

private:
    std::vector<std::size_t> spikes_begin_, self_events_begin_;  // per group, in elements
    DeviceMemory spikes_, self_events_;
    // Per group, in place of its part of these, where one call sent more than it holds.
    std::vector<std::vector<SpikeOut>> more_spikes_;
    std::vector<std::vector<SelfEvent>> more_self_events_;
};

}  // namespace rall::solver
