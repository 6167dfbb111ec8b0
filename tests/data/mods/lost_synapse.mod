: a conductance that the event after the one of `count` makes no number
NEURON { POINT_PROCESS lost_synapse NONSPECIFIC_CURRENT i RANGE count }
PARAMETER { count = 1 }
ASSIGNED { v (mV) i (nA) }
STATE { g (uS) }
INITIAL { g = 0 }
BREAKPOINT {
    SOLVE decay METHOD cnexp
    i = g*v
}
DERIVATIVE decay { g' = -g/2 }
NET_RECEIVE(w) {
    count = count - 1
    g = g + w*sqrt(count + 0.5)
}
