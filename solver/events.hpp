// Events inside a group while it runs: delivery in time order, the queue of self-events, and the spikes it sends out.
#pragma once

#include "solver/group.hpp"

namespace rall::solver {

/// True when a goes before b: by time, then by order of sending.
RALL_FUNCTION bool earlier(SelfEvent const& a, SelfEvent const& b) {
    return a.time < b.time || (a.time == b.time && a.order < b.order);
}

RALL_FUNCTION void push_self_event(Group const& g, SelfEvent event) {
    Counters& c = *g.counters;
    if (c.n_self_events == g.self_event_capacity) {
        c.overflow |= 2;
        return;
    }
    event.order = c.next_order++;
    int i = c.n_self_events++;
    for (; i > 0 && earlier(event, g.self_events[(i - 1) / 2]); i = (i - 1) / 2)
        g.self_events[i] = g.self_events[(i - 1) / 2];
    g.self_events[i] = event;
}

RALL_FUNCTION SelfEvent pop_self_event(Group const& g) {
    SelfEvent const first = g.self_events[0];
    int const n = --g.counters->n_self_events;
    SelfEvent const last = g.self_events[n];
    int i = 0;
    for (int child; (child = 2 * i + 1) < n; i = child) {
        if (child + 1 < n && earlier(g.self_events[child + 1], g.self_events[child])) ++child;
        if (!earlier(g.self_events[child], last)) break;
        g.self_events[i] = g.self_events[child];
    }
    g.self_events[i] = last;
    return first;
}

RALL_FUNCTION void send_spike(Group const& g, double time, int source) {
    Counters& c = *g.counters;
    if (c.n_spikes == g.spike_capacity) c.overflow |= 1;
    else g.spikes[c.n_spikes++] = {time, source};
}

/// The Events of mechanisms/kernel.hpp: what an instance may send while it handles an event or its INITIAL block.
struct Sender {
    Group const& group;
    double now;  ///< ms
    int mechanism;
    int instance;
    int args;

    RALL_FUNCTION void net_send(double delay, double flag) const {
        push_self_event(group, {now + delay, flag, 0, mechanism, instance, args});
    }
    RALL_FUNCTION void net_event(double time) const {
        int const* source = group.mechanisms[mechanism].source;
        if (source && source[instance] >= 0) send_spike(group, time, source[instance]);
    }
};

/// INITIAL of a mechanism whose instances are walked in parallel and send nothing.
struct Mute {
    RALL_FUNCTION void net_send(double, double) const {}
    RALL_FUNCTION void net_event(double) const {}
};

}  // namespace rall::solver
