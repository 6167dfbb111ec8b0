TITLE OUNoise: noisy current, an Ornstein-Uhlenbeck process

COMMENT
Uhlenbeck GE, Ornstein LS (1930) On the theory of the Brownian motion. Phys Rev 36:823-841; advanced by the exact update of
Gillespie DT (1996) Exact numerical simulation of the Ornstein-Uhlenbeck process and its integral. Phys Rev E 54:2084-2091,
so that mean, standard deviation and correlation do not depend on dt. Starts from the stationary distribution; flows while
del <= t < del + dur; positive current depolarises. A seed >= 0 stands in the place of the cell and the instance: instances of one
seed draw the same numbers.
ENDCOMMENT

NEURON {
    POINT_PROCESS OUNoise
    ELECTRODE_CURRENT i
    RANGE del, dur, mean, std, tau, seed, i
    RANDOM r
}

UNITS {
    (nA) = (nanoamp)
}

PARAMETER {
    del = 0 (ms)
    dur = 1e9 (ms) <0, 1e9>
    mean = 0 (nA)
    std = 0.1 (nA) <0, 1e9>
    tau = 5 (ms) <1e-9, 1e9>
    seed = -1
}

ASSIGNED {
    dt (ms)
    i (nA)
    x (nA)
}

INITIAL {
    if (seed >= 0) {
        random_setids(r, seed, 0, 1)
    }
    x = std*random_normal(r)
    flow()
}

BREAKPOINT {
    SOLVE advance METHOD after_cvode
    flow()
}

PROCEDURE flow() {
    if (t >= del && t < del + dur) {
        i = mean + x
    } else {
        i = 0
    }
}

PROCEDURE advance() {
    LOCAL keep

    keep = exp(-dt/tau)
    x = x*keep + std*sqrt(1 - keep*keep)*random_normal(r)
}
