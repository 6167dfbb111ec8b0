TITLE AlphaSynapse: one conductance of the shape of an alpha function

COMMENT
From `onset` on the conductance is gmax*s*exp(1 - s) with s = (t - onset)/tau: it reaches gmax after tau. As in NEURON it is
taken for nothing beyond 10 tau. Names, defaults and meaning are NEURON's. It hears no events.
ENDCOMMENT

NEURON {
    POINT_PROCESS AlphaSynapse
    NONSPECIFIC_CURRENT i
    RANGE onset, tau, gmax, e, g, i
}

UNITS {
    (nA) = (nanoamp)
    (mV) = (millivolt)
    (uS) = (microsiemens)
}

PARAMETER {
    onset = 0 (ms)
    tau = 0.1 (ms) <1e-3, 1e6>
    gmax = 0 (uS) <0, 1e9>
    e = 0 (mV)
}

ASSIGNED {
    v (mV)
    i (nA)
    g (uS)
}

BREAKPOINT {
    if (gmax > 0) {
        at_time(onset)
    }
    g = gmax*alpha((t - onset)/tau)
    i = g*(v - e)
}

FUNCTION alpha(s) {
    if (s < 0 || s > 10) {
        alpha = 0
    } else {
        alpha = s*exp(1 - s)
    }
}
