TITLE a synapse with memory in its connections and an event to itself

NEURON {
    POINT_PROCESS plastic
    NONSPECIFIC_CURRENT i
    RANGE tau, e, i, g, seen, echo
}

PARAMETER {
    tau = 3 (ms) <1e-9, 1e9>
    e = 0 (mV)
    echo = 1.3 (ms)
}

ASSIGNED {
    v (mV)
    i (nA)
    seen
}

STATE { g (uS) }

INITIAL {
    g = 0
    seen = 0
    net_send(2.005, 7)
}

BREAKPOINT {
    SOLVE decay METHOD cnexp
    i = g*(v - e)
}

DERIVATIVE decay { g' = -g/tau }

NET_RECEIVE(weight (uS), use, last (ms)) {
    INITIAL {
        use = 1
        last = -100
    }
    if (flag == 0) {
        use = 1 - (1 - use*0.6)*exp(-(t - last)/20)
        last = t
        state_discontinuity(g, g + weight*use)
        net_send(echo, 1)
    } else if (flag == 1) {
        g = g + 0.0005
        seen = seen + 1
    } else {
        seen = seen + 100
    }
}
