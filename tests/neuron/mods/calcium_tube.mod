TITLE Calcium that enters and diffuses as the ion itself, its constant and volume from FUNCTIONs
NEURON {
    SUFFIX calcium_tube
    USEION ca READ cai, ica WRITE cai
    RANGE D
}
UNITS {
    (mM) = (milli/liter)
    (um) = (micron)
    (mA) = (milliamp)
    FARADAY = (faraday) (10000 coulomb)
    PI = (pi) (1)
}
PARAMETER {
    D = 0.6 (um2/ms)
    rest = 5e-5 (mM)
}
ASSIGNED { diam (um) ica (mA/cm2) area_now (um2) }
STATE { cai (mM) bound (mM) }
INITIAL {
    bound = 10*cai
    area_now = disc(diam)
}
BREAKPOINT { SOLVE states METHOD sparse }
FUNCTION disc(d (um)) (um2) {
    disc = PI*d*d/4
}
KINETIC states {
    area_now = disc(diam)
    COMPARTMENT disc(diam) { cai bound }
    LONGITUDINAL_DIFFUSION D*disc(diam) { cai }
    LONGITUDINAL_DIFFUSION 0.2*D*area_now { bound }
    ~ cai << (-ica*PI*diam/(2*FARADAY) + 0.01*disc(diam)*rest)
    ~ cai <-> bound (0.05*disc(diam), 0.005*disc(diam))
}
