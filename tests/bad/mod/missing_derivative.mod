: expect: there is no block 'rates' to solve
NEURON {
    SUFFIX bad
    NONSPECIFIC_CURRENT i
    RANGE g
}
PARAMETER { g = 0.001 (S/cm2) }
ASSIGNED { v (mV) i (mA/cm2) }
STATE { n }
BREAKPOINT {
    SOLVE rates METHOD cnexp
    i = g*n*(v + 65)
}
