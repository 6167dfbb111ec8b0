TITLE OUConductance: noisy conductance, an Ornstein-Uhlenbeck process

COMMENT
The point conductance of Destexhe A, Rudolph M, Fellous JM, Sejnowski TJ (2001) Fluctuating synaptic conductances recreate in vivo-like
activity in neocortical neurons. Neuroscience 107:13-24; its process is that of OUNoise. Where the process falls below 0, the
conductance is 0. Open while del <= t < del + dur; a seed as in OUNoise.
ENDCOMMENT

NEURON {
    POINT_PROCESS OUConductance
    NONSPECIFIC_CURRENT i
    RANGE del, dur, mean, std, tau, e, seed, g, i
    RANDOM r
}

UNITS {
    (nA) = (nanoamp)
    (mV) = (millivolt)
    (uS) = (microsiemens)
}

PARAMETER {
    del = 0 (ms)
    dur = 1e9 (ms) <0, 1e9>
    mean = 0 (uS)
    std = 0.001 (uS) <0, 1e9>
    tau = 5 (ms) <1e-9, 1e9>
    e = 0 (mV)
    seed = -1
}

ASSIGNED {
    dt (ms)
    v (mV)
    i (nA)
    g (uS)
    x (uS)
}

INITIAL {
    if (seed >= 0) {
        random_setids(r, seed, 0, 1)
    }
    x = std*random_normal(r)
    open()
}

BREAKPOINT {
    SOLVE advance METHOD after_cvode
    open()
    i = g*(v - e)
}

PROCEDURE open() {
    if (t >= del && t < del + dur && mean + x > 0) {
        g = mean + x
    } else {
        g = 0
    }
}

PROCEDURE advance() {
    LOCAL keep

    keep = exp(-dt/tau)
    x = x*keep + std*sqrt(1 - keep*keep)*random_normal(r)
}
