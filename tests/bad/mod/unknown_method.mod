: expect: the METHOD cnepx is not supported
: expect: did you mean 'cnexp'?
NEURON {
    SUFFIX bad
    NONSPECIFIC_CURRENT i
    RANGE g
}
PARAMETER { g = 0.001 (S/cm2) }
ASSIGNED { v (mV) i (mA/cm2) }
STATE { n }
BREAKPOINT {
    SOLVE states METHOD cnepx
    i = g*n*(v + 65)
}
DERIVATIVE states { n' = -n }
