TITLE FieldClamp: what a uniform electric field outside of a cell does to a compartment

COMMENT
A potential outside that differs between neighbours drives a current along the cell between them; so each compartment gets what its neighbours' axial
conductances carry of the differences, `peak` where they are largest. It goes with time as cos(2 pi freq (t - del) + phase), and rises in a straight line
for `ramp_up` and falls for `ramp_down`, `dur` in between. The same as the potential in NEURON's `extracellular` with a medium of no resistance.
ENDCOMMENT

NEURON {
    POINT_PROCESS FieldClamp
    ELECTRODE_CURRENT i
    RANGE del, dur, ramp_up, ramp_down, peak, freq, phase, i
}

UNITS {
    (nA) = (nanoamp)
    PI = (pi) (1)
}

PARAMETER {
    del = 0 (ms)
    dur = 0 (ms) <0, 1e9>
    ramp_up = 0 (ms) <0, 1e9>
    ramp_down = 0 (ms) <0, 1e9>
    peak = 0 (nA)
    freq = 0 (Hz) <0, 1e9>
    phase = 0
}

ASSIGNED {
    i (nA)
}

INITIAL {
    i = 0
}

BREAKPOINT {
    LOCAL along, factor
    along = t - del
    if (along > 0 && along < ramp_up + dur + ramp_down) {
        factor = 1
        if (along < ramp_up) {
            factor = along/ramp_up
        } else if (along > ramp_up + dur) {
            factor = 1 - (along - ramp_up - dur)/ramp_down
        }
        i = peak*factor*cos(2*PI*freq*(0.001)*along + phase)
    } else {
        i = 0
    }
}
