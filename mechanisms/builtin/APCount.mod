TITLE APCount: counts action potentials

COMMENT
`n` times so far has v risen to thresh, at `time` the last time (0 before the first). A cell that starts above thresh has one
at 0. Names, defaults and meaning are NEURON's.
ENDCOMMENT

NEURON {
    POINT_PROCESS APCount
    RANGE n, thresh, time, firing
}

UNITS {
    (mV) = (millivolt)
}

PARAMETER {
    thresh = -20 (mV)
}

ASSIGNED {
    v (mV)
    n
    time (ms)
    firing : 1 while v is above thresh
}

INITIAL {
    n = 0
    time = 0
    firing = 0
    look()
}

BREAKPOINT {
    SOLVE look METHOD after_cvode
}

PROCEDURE look() {
    if (v >= thresh && firing == 0) {
        n = n + 1
        time = t
    }
    if (v >= thresh) {
        firing = 1
    } else {
        firing = 0
    }
}
