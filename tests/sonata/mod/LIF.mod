TITLE leaky integrate-and-fire cell with a refractory period

NEURON {
    ARTIFICIAL_CELL LIF
    RANGE tau, refrac, m
}

PARAMETER {
    tau = 20 (ms)
    refrac = 3 (ms)
}

ASSIGNED {
    m
    last (ms)
    until (ms)
}

INITIAL {
    m = 0
    last = 0
    until = -1
}

NET_RECEIVE (w) {
    m = m*exp(-(t - last)/tau)
    last = t
    if (t >= until) {
        m = m + w
        if (m > 1) {
            m = 0
            until = t + refrac
            net_event(t)
        }
    }
}
