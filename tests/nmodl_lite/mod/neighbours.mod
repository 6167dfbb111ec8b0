: FOR_NETCONS: an event changes the arguments of every connection, its own under both names; INITIAL of NET_RECEIVE sends an event.

NEURON {
    POINT_PROCESS neighbours
    RANGE total, seen, flags
}

ASSIGNED {
    v (mV)
    total
    seen
    flags
}

INITIAL {
    total = 0
    seen = 0
    flags = 0
}

NET_RECEIVE(w, factor, last (ms)) {
    INITIAL {
        factor = 1
        last = -1
        net_send(1.7, 3)
    }
    if (flag == 0) {
        total = total + w*factor
        last = t
        seen = 0
        FOR_NETCONS(other, other_factor, other_last) {
            other_factor = 0.9*other_factor + 3*other
            if (other_last == t) { other_factor = other_factor + 0.5 }
            other = 0.99*other
            seen = seen + 1
        }
        total = total + factor*w
    } else {
        flags = flags + flag*t + w
        flag = flag + 1
        flags = flags + flag
    }
}
