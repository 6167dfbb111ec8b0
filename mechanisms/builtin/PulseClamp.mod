TITLE PulseClamp: train of current pulses

COMMENT
Pulses of amp nA and width ms, one every interval ms from t = del on, for dur ms in all: the last one is cut off there. Positive
current depolarises.
ENDCOMMENT

NEURON {
    POINT_PROCESS PulseClamp
    ELECTRODE_CURRENT i
    RANGE del, dur, amp, width, interval, i
}

UNITS {
    (nA) = (nanoamp)
}

PARAMETER {
    del = 0 (ms)
    dur = 0 (ms) <0, 1e9>
    amp = 0 (nA)
    width = 1 (ms) <0, 1e9>
    interval = 10 (ms) <1e-9, 1e9>
}

ASSIGNED {
    i (nA)
}

INITIAL {
    i = 0
}

BREAKPOINT {
    if (t >= del && t < del + dur && fmod(t - del, interval) < width) {
        i = amp
    } else {
        i = 0
    }
}
