: net_move in an artificial cell: a leaky integrator whose next event is moved by each arrival, silent for a while after it fires.
: Also: net_send with delay 0, two events with flag 1 of which the last is moved, events of equal time in the order of sending.

NEURON {
    ARTIFICIAL_CELL refractory
    RANGE tau, refrac, m, t0, busy, moved, order
}

PARAMETER {
    tau = 2 (ms)
    refrac = 1.3 (ms)
}

ASSIGNED {
    m
    t0 (ms)
    busy
    moved
    order
}

INITIAL {
    m = 0
    t0 = 0 (ms)
    busy = 0
    moved = 0
    order = 0
    net_send(0, 5)
    net_send(8, 1)
    net_send(9, 1)
    net_send(5, 3)
}

NET_RECEIVE(w) {
    if (flag == 0) {
        m = m*exp(-(t - t0)/tau)
        t0 = t
        if (busy == 0) {
            m = m + 350*w
            net_move(t + 0.4/m)
        } else {
            net_move(t + 2)
        }
        moved = moved + 1
    } else if (flag == 1) {
        if (busy == 0 && m > 0.3) {
            net_event(t)
            net_event(t + 0.05)
            busy = 1
            m = 0
            net_send(refrac, 2)
        }
        net_send(3, 1)
    } else if (flag == 2) {
        busy = 0
        m = 0.1
        t0 = t
    } else if (flag == 3) {
        net_send(0.5, 6)
        net_send(0, 7)
        net_send(0.5, 8)
        net_send(0, 9)
    } else {
        order = 10*order + flag
    }
}
