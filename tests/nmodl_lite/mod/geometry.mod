TITLE diam and area of the compartment

NEURON {
    SUFFIX geometry
    RANGE volume, surface, ratio
    NONSPECIFIC_CURRENT i
}

PARAMETER { diam (um) }

ASSIGNED {
    v (mV)
    i (mA/cm2)
    area (um2)
    volume
    surface
    ratio
}

STATE { x }

INITIAL {
    volume = diam*diam*0.785398163397448
    x = 1/diam
}

BREAKPOINT {
    SOLVE s METHOD cnexp
    surface = area*1e-8
    ratio = volume/surface
    i = 1e-3/area*(v + 65)
}

DERIVATIVE s { x' = -x/diam + area*1e-6 }
