TITLE an electrode that acts at given times

NEURON {
    POINT_PROCESS pulse
    ELECTRODE_CURRENT i
    RANGE del, dur, amp, i, used
}

UNITS { (nA) = (nanoamp) }

PARAMETER {
    del = 1.01 (ms)
    dur = 3 (ms)
    amp = 0.1 (nA)
}

ASSIGNED {
    i (nA)
    used
}

INITIAL {
    i = 0
    used = 0
}

BREAKPOINT {
    at_time(del)
    at_time(del + dur)
    if (at_time(del)) { used = used + 1 }
    if (t < del + dur && t >= del) {
        i = amp*(1 - exp(-(t - del)))
    } else {
        i = 0
    }
}
