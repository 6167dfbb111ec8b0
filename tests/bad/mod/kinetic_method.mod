: expect: the METHOD cnexp is not for a KINETIC block
: expect: write METHOD sparse
NEURON {
    SUFFIX bad
    NONSPECIFIC_CURRENT i
    RANGE g
}
PARAMETER { g = 0.001 (S/cm2) }
ASSIGNED { v (mV) i (mA/cm2) }
STATE { c o }
BREAKPOINT {
    SOLVE gating METHOD cnexp
    i = g*o*(v + 65)
}
KINETIC gating {
    ~ c <-> o (1, 2)
}
