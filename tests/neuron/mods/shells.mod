TITLE Calcium in shells: it enters, is buffered, moves inwards and along the dendrite
NEURON {
    SUFFIX shells
    USEION ca READ cai, cao, ica WRITE cai
    RANGE D
}
DEFINE N 3
UNITS {
    (mM) = (milli/liter)
    (um) = (micron)
    (mA) = (milliamp)
    FARADAY = (faraday) (10000 coulomb)
    PI = (pi) (1)
}
PARAMETER {
    D = 0.3 (um2/ms)
    kf = 50 (/mM-ms)
    kb = 0.05 (/ms)
    total = 0.01 (mM)
}
ASSIGNED { diam (um) ica (mA/cm2) cai (mM) cao (mM) share[N] exchange[N] (um2/ms) dsq (um2) }
STATE { ca[N] (mM) buffer (mM) bound (mM) }
INITIAL {
    FROM i = 0 TO N - 1 {
        ca[i] = cai
        share[i] = PI/4*(2*i + 1)/(N*N)
        exchange[i] = 2*PI*D*(i + 1)
    }
    dsq = diam*diam
    bound = total*kf*cai/(kf*cai + kb)
    buffer = total - bound
}
BREAKPOINT { SOLVE states METHOD sparse }
KINETIC states {
    COMPARTMENT i, diam*diam*share[i] { ca }
    COMPARTMENT dsq*share[2] { buffer bound }
    LONGITUDINAL_DIFFUSION i, D*dsq*share[i] { ca }
    LONGITUDINAL_DIFFUSION 0.1*D*dsq*share[2] { bound }
    ~ ca[2] << (-ica*PI*diam/(2*FARADAY))
    ~ ca[0] <-> ca[1] (exchange[0], exchange[0])
    ~ ca[1] <-> ca[2] (exchange[1], exchange[1])
    ~ ca[2] + buffer <-> bound (kf*dsq*share[2], kb*dsq*share[2])
    cai = ca[2]
}
