TITLE A leak that TTX closes

NEURON {
    SUFFIX blocked
    USEION ttx READ ttxo, ttxi VALENCE 1
    NONSPECIFIC_CURRENT i
    RANGE g, e
}

PARAMETER {
    g = 0.0003 (S/cm2)
    e = -20 (mV)
}

ASSIGNED {
    v (mV)
    i (mA/cm2)
    ttxo (mM)
    ttxi (mM)
}

BREAKPOINT {
    if (ttxi == 0.015625 && ttxo > 1e-4) {
        i = 0
    } else {
        i = g*(v - e)
    }
}
