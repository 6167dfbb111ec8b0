TITLE OUNoise: noisy current, an Ornstein-Uhlenbeck process

COMMENT
Uhlenbeck GE, Ornstein LS (1930) On the theory of the Brownian motion. Phys Rev 36:823-841; advanced by the exact update of
Gillespie DT (1996) Exact numerical simulation of the Ornstein-Uhlenbeck process and its integral. Phys Rev E 54:2084-2091,
so that mean, standard deviation and correlation do not depend on dt. Starts from the stationary distribution; positive
current depolarises.
ENDCOMMENT

NEURON {
    POINT_PROCESS OUNoise
    ELECTRODE_CURRENT i
    RANGE mean, std, tau, i
    RANDOM r
}

UNITS {
    (nA) = (nanoamp)
}

PARAMETER {
    mean = 0 (nA)
    std = 0.1 (nA) <0, 1e9>
    tau = 5 (ms) <1e-9, 1e9>
}

ASSIGNED {
    dt (ms)
    i (nA)
    x (nA)
}

INITIAL {
    x = std*random_normal(r)
    i = mean + x
}

BREAKPOINT {
    SOLVE advance METHOD after_cvode
    i = mean + x
}

PROCEDURE advance() {
    LOCAL keep

    keep = exp(-dt/tau)
    x = x*keep + std*sqrt(1 - keep*keep)*random_normal(r)
}
