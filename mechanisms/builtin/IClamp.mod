TITLE IClamp: current step

COMMENT
amp nA are injected while del <= t < del + dur; positive current depolarises. Names, defaults and meaning are NEURON's.
ENDCOMMENT

NEURON {
    POINT_PROCESS IClamp
    ELECTRODE_CURRENT i
    RANGE del, dur, amp, i
}

UNITS {
    (nA) = (nanoamp)
}

PARAMETER {
    del = 0 (ms)
    dur = 0 (ms) <0, 1e9>
    amp = 0 (nA)
}

ASSIGNED {
    i (nA)
}

INITIAL {
    i = 0
}

BREAKPOINT {
    if (t >= del && t < del + dur) {
        i = amp
    } else {
        i = 0
    }
}
