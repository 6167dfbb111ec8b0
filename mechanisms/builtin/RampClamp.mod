TITLE RampClamp: current that grows or falls evenly

COMMENT
From amp nA at t = del to amp_end nA at t = del + dur, nothing before and after; positive current depolarises. As IClamp whose amp
NEURON's Vector.play moves from one to the other.
ENDCOMMENT

NEURON {
    POINT_PROCESS RampClamp
    ELECTRODE_CURRENT i
    RANGE del, dur, amp, amp_end, i
}

UNITS {
    (nA) = (nanoamp)
}

PARAMETER {
    del = 0 (ms)
    dur = 0 (ms) <0, 1e9>
    amp = 0 (nA)
    amp_end = 0 (nA)
}

ASSIGNED {
    i (nA)
}

INITIAL {
    i = 0
}

BREAKPOINT {
    if (t >= del && t < del + dur) {
        i = amp + (amp_end - amp)*((t - del)/dur)
    } else {
        i = 0
    }
}
