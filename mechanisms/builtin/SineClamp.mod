TITLE SineClamp: sinusoidal current

COMMENT
offset + amp*sin(2 pi freq (t - del) + phase) nA while del <= t < del + dur, nothing before and after; freq in Hz, phase in
degrees. Positive current depolarises.
ENDCOMMENT

NEURON {
    POINT_PROCESS SineClamp
    ELECTRODE_CURRENT i
    RANGE del, dur, amp, freq, phase, offset, i
}

UNITS {
    (nA) = (nanoamp)
}

PARAMETER {
    del = 0 (ms)
    dur = 0 (ms) <0, 1e9>
    amp = 0 (nA)
    freq = 1 (Hz) <0, 1e9>
    phase = 0 : degrees
    offset = 0 (nA)
}

ASSIGNED {
    i (nA)
}

INITIAL {
    i = 0
}

BREAKPOINT {
    if (t >= del && t < del + dur) {
        i = offset + amp*sin(6.283185307179586*(freq*(t - del)*(0.001) + phase/360))
    } else {
        i = 0
    }
}
