TITLE GapJunction: one half of an ohmic gap junction

COMMENT
The current that flows out through a gap junction to another place, whose potential the POINTER vgap leads to; that place has a half of its own.
As edges of SONATA circuits of type `electrical` have it: conductance in nS.
ENDCOMMENT

NEURON {
    POINT_PROCESS GapJunction
    NONSPECIFIC_CURRENT i
    RANGE g, i
    POINTER vgap
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
