: expect: balance has 1 equations for 2 unknowns: x, z
: expect: SOLVEFOR
NEURON {
    SUFFIX bad
    NONSPECIFIC_CURRENT i
}
ASSIGNED { v (mV) i (mA/cm2) }
STATE { x z }
BREAKPOINT {
    SOLVE balance
    i = x*(v + 65)
}
LINEAR balance {
    ~ x + z = 1
}
