TITLE GapJunction: one half of an ohmic gap junction

COMMENT
As edges of SONATA circuits of type `electrical` have it: conductance in nS.
ENDCOMMENT

NEURON {
    POINT_PROCESS GapJunction
    NONSPECIFIC_CURRENT i
    RANGE g, i, vgap
}

UNITS {
    (nA) = (nanoamp)
    (mV) = (millivolt)
    (nS) = (nanosiemens)
}

PARAMETER {
    g = 1 (nS)
}

ASSIGNED {
    v (mV)
    vgap (mV)
    i (nA)
}

BREAKPOINT {
    i = (v - vgap)*g*(0.001)
}
