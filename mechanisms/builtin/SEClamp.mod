TITLE SEClamp: voltage clamp by a single electrode

COMMENT
Three successive levels: amp1 mV for dur1 ms, then amp2 for dur2, then amp3 for dur3; afterwards the electrode is disconnected.
The electrode has the series resistance rs. Names, defaults and meaning are NEURON's; `i` is that of the potential at the
end of the step.
ENDCOMMENT

NEURON {
    POINT_PROCESS SEClamp
    ELECTRODE_CURRENT i
    RANGE dur1, amp1, dur2, amp2, dur3, amp3, rs, vc, i
}

UNITS {
    (nA) = (nanoamp)
    (mV) = (millivolt)
}

PARAMETER {
    rs = 1 (megohm) <1e-9, 1e9>
    dur1 = 0 (ms) <0, 1e9>
    amp1 = 0 (mV)
    dur2 = 0 (ms) <0, 1e9>
    amp2 = 0 (mV)
    dur3 = 0 (ms) <0, 1e9>
    amp3 = 0 (mV)
}

ASSIGNED {
    v (mV)
    vc (mV)
    i (nA)
    on
}

INITIAL {
    on = 0
}

BREAKPOINT {
    SOLVE clamp METHOD after_cvode
    command()
    clamp()
}

PROCEDURE command() {
    on = 1
    if (t < dur1) {
        vc = amp1
    } else if (t < dur1 + dur2) {
        vc = amp2
    } else if (t < dur1 + dur2 + dur3) {
        vc = amp3
    } else {
        vc = 0
        on = 0
    }
}

PROCEDURE clamp() {
    if (on) {
        i = (vc - v)/rs
    } else {
        i = 0
    }
}
