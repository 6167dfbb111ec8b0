// Events inside a group while it runs: delivery in time order, the queue of self-events, and the spikes it sends out.
#pragma once

#include "solver/step/group.hpp"

namespace rall::solver {

/// True when a goes before b: by time, then by order of sending.
RALL_FUNCTION bool earlier(SelfEvent const& a, SelfEvent const& b) {
    return a.time < b.time || (a.time == b.time && a.order < b.order);
}

/// Writes an event into the heap; one that net_move may move is told where it is.
RALL_FUNCTION void place(Group const& g, int i, SelfEvent const& event) {
    g.counters->self_events[i] = event;
    if (event.movable) g.mechanisms[event.mechanism].movable[event.instance] = i;
}

RALL_FUNCTION void rise(Group const& g, int i, SelfEvent const& event) {
    for (; i > 0 && earlier(event, g.counters->self_events[(i - 1) / 2]); i = (i - 1) / 2)
        place(g, i, g.counters->self_events[(i - 1) / 2]);
    place(g, i, event);
}

RALL_FUNCTION void sink(Group const& g, int i, SelfEvent const& event) {
    SelfEvent const* const events = g.counters->self_events;
    int const n = g.counters->n_self_events;
    for (int child; (child = 2 * i + 1) < n; i = child) {
        if (child + 1 < n && earlier(events[child + 1], events[child])) ++child;
        if (!earlier(events[child], event)) break;
        place(g, i, events[child]);
    }
    place(g, i, event);
}

/// The first thing that goes wrong in a launch is reported when it ends.
RALL_FUNCTION void report(Group const& g, Fault fault, int mechanism, int instance, double time) {
    if (g.counters->fault == Fault::none) g.counters->fault = fault;
    else return;
    g.counters->fault_mechanism = mechanism;
    g.counters->fault_instance = instance;
    g.counters->fault_time = time;
}

RALL_FUNCTION bool more_self_events([[maybe_unused]] Counters& c) {
#ifdef RALL_ON_DEVICE
    return false;
#else
    return c.more_self_events && c.more_self_events(c);
#endif
}

RALL_FUNCTION bool more_spikes([[maybe_unused]] Counters& c) {
#ifdef RALL_ON_DEVICE
    return false;
#else
    return c.more_spikes && c.more_spikes(c);
#endif
}

RALL_FUNCTION void push_self_event(Group const& g, SelfEvent event) {
    Counters& c = *g.counters;
    if (c.n_self_events == c.self_event_capacity && !more_self_events(c))
        return report(g, Fault::too_many_self_events, event.mechanism, event.instance, event.sent);
    event.order = c.next_order++;
    rise(g, c.n_self_events++, event);
}

RALL_FUNCTION SelfEvent pop_self_event(Group const& g) {
    Counters& c = *g.counters;
    SelfEvent const first = c.self_events[0];
    if (first.movable) g.mechanisms[first.mechanism].movable[first.instance] = -1;
    SelfEvent const last = c.self_events[--c.n_self_events];
    if (c.n_self_events > 0) sink(g, 0, last);
    return first;
}

RALL_FUNCTION void send_spike(Group const& g, SpikeOut const& spike) {
    Counters& c = *g.counters;
    if (c.n_spikes == c.spike_capacity && !more_spikes(c)) report(g, Fault::too_many_spikes, -1, -1, spike.time);
    else c.spikes[c.n_spikes++] = spike;
}

/// Counts the events that are chained, until time goes on. False when they have no end.
RALL_FUNCTION bool count_chain(Group const& g, SelfEvent const& event) {
    if (!event.chained) return true;
    Counters& c = *g.counters;
    c.chain_length = c.chain_time == event.time ? c.chain_length + 1 : 1;
    c.chain_time = event.time;
    if (c.chain_length <= longest_chain) return true;
    report(g, Fault::without_end, event.mechanism, event.instance, event.time);
    return false;
}

/// Of NET_RECEIVE, kept by a connection between events; of one that is made again those that it began with.
RALL_FUNCTION double* arguments(Group const& g, std::uint32_t connection, double weight = 0) {
    if (connection < made_again) return g.args + static_cast<std::size_t>(connection) * g.n_args;
    if (connection == no_connection) return g.spare_args;
    double* const args = g.spare_args + g.n_args;
    args[0] = weight;
    for (int k = 1; k < g.n_args; ++k) args[k] = 0;
    return args;
}

/// The Events of mechanisms/kernel.hpp: what an instance may send while it handles an event or its INITIAL block.
struct Sender {
    Group const& group;
    double now;  ///< ms
    int mechanism;
    int instance;
    std::uint32_t by;                   ///< the connection by which came what it handles
    std::uint32_t order = in_no_order;  ///< of that among those of its time
    double sent = now;                  ///< when that was, ms
    bool at_once = false;               ///< it is a self-event that was sent at this very time
    double weight = 0;                  ///< of the connection, where that is made_again

    RALL_FUNCTION MechanismArrays const& arrays() const { return group.mechanisms[mechanism]; }
    RALL_FUNCTION void fault(Fault what) const { report(group, what, mechanism, instance, now); }

    /// The event that net_move would move stays where it is from now on. NEURON: as soon as any event with flag 1 arrives.
    RALL_FUNCTION void forget_movable() const {
        if (!arrays().movable) return;
        int& place = arrays().movable[instance];
        if (place >= 0) group.counters->self_events[place].movable = 0;
        place = -1;
    }

    RALL_FUNCTION void net_send(double delay, double flag) const {
        double const time = now + delay;
        if (!(time >= now)) return fault(Fault::sent_into_past);
        bool const movable = flag == 1 && arrays().movable;
        if (movable) forget_movable();
        push_self_event(group, {time, flag, now, 0, order, by, weight, instance, static_cast<std::int16_t>(mechanism), movable, at_once && time == now});
    }

    RALL_FUNCTION void net_move(double time) const {
        int const place = arrays().movable[instance];
        if (place < 0) return fault(Fault::nothing_to_move);
        if (!(time >= now)) return fault(Fault::moved_into_past);
        SelfEvent* const events = group.counters->self_events;
        SelfEvent event = events[place];
        event.time = time;
        event.sent = now;
        event.spike_order = order;
        event.chained = at_once && time == now;
        event.order = group.counters->next_order++;
        if (place > 0 && earlier(event, events[(place - 1) / 2])) rise(group, place, event);
        else sink(group, place, event);
    }

    RALL_FUNCTION void net_event(double time) const {
        if (!(time >= now)) return fault(Fault::fired_in_past);
        int const* source = arrays().source;
        if (!source || source[instance] < 0) return;
        if (time == now) send_spike(group, {time, source[instance], order, sent});
        else send_spike(group, {time, source[instance]});
    }

    RALL_FUNCTION int n_connections() const {
        return arrays().visited_begin[instance + 1] - arrays().visited_begin[instance];
    }
    RALL_FUNCTION double* connection(int k) const {
        return arguments(group, arrays().visited[arrays().visited_begin[instance] + k]);
    }
};

/// INITIAL of a mechanism whose instances are walked in parallel and send nothing.
struct Mute {};

/// Is there room for what one event may send, and for a spike of every detector?
RALL_FUNCTION bool has_room(Group const& g) {
    Counters const& c = *g.counters;
    return (c.spike_capacity == 0 || c.n_spikes + g.n_detectors + most_sent <= c.spike_capacity) &&
           (c.self_event_capacity == 0 || c.n_self_events + most_sent <= c.self_event_capacity);
}

}  // namespace rall::solver
