TITLE A channel that also vanishes: its states are not conserved

NEURON {
    SUFFIX leaky
    NONSPECIFIC_CURRENT i
    RANGE g
}

PARAMETER { g = 0 (S/cm2) }

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
    ~ c <-> o (0.3, 0.1)
    ~ o -> (0.01)
}
