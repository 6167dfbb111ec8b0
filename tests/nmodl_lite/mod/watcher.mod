: WATCH: several conditions in one statement and in several, on v, on what states do and through a FUNCTION, in both directions;
: a new WATCH drops those before it, also one that has become true in the same step; each event opens a conductance.

NEURON {
    POINT_PROCESS watcher
    NONSPECIFIC_CURRENT i
    RANGE high, gmax, g, events, last, seen
}

DEFINE FELL 3

PARAMETER {
    high = -20 (mV)
    gmax = 0.001 (uS)
}

ASSIGNED {
    v (mV)
    i (nA)
    events
    last (ms)
    seen[5]
}

STATE { g (uS) }

INITIAL {
    g = 0
    events = 0
    last = 0
    FROM k = 0 TO 4 { seen[k] = 0 }
    net_send(0, 1)
}

BREAKPOINT {
    SOLVE decay METHOD cnexp
    i = g*v
}

DERIVATIVE decay { g' = -g/0.7 }

FUNCTION above(x (mV)) (mV) {
    if (x > 0) {
        above = x
    } else {
        above = 0
    }
}

NET_RECEIVE(w (uS)) {
    events = events + 1
    last = t
    if (flag == 1) {
        WATCH (v > high) 2, (v > high + 0.5) 4
        WATCH (2*above(v) > 18) 4
    } else if (flag == 2) {
        g = g + gmax
        seen[2] = seen[2] + 1
        WATCH (v < high - 5) FELL      : none of the others counts any longer
        WATCH (g < gmax/2) 4
        WATCH (g < gmax/4) 4
    } else if (flag == FELL) {
        seen[3] = seen[3] + 1
        net_send(0.31, 1)
    } else if (flag == 4) {
        seen[4] = seen[4] + t
    } else {
        g = g + w
        seen[0] = seen[0] + 1
    }
}
