TITLE A channel that is open or closed, closed at first

NEURON {
    SUFFIX pair
    NONSPECIFIC_CURRENT i
    RANGE g, alpha, beta
}

PARAMETER {
    g = 0 (S/cm2)
    alpha = 0.3 (/ms)
    beta = 0.1 (/ms)
}

ASSIGNED {
    v (mV)
    i (mA/cm2)
}

STATE { c o }

INITIAL {
    c = 1
    o = 0
}

BREAKPOINT {
    SOLVE gate METHOD sparse
    i = g*o*v
}

KINETIC gate {
    ~ c <-> o (alpha, beta)
    CONSERVE c + o = 1
}
