: expect: 'undeclared' is not declared
NEURON {
    SUFFIX bad
    NONSPECIFIC_CURRENT i
    RANGE g
}
PARAMETER { g = 0.001 (S/cm2) }
ASSIGNED { v (mV) i (mA/cm2) }
BREAKPOINT { i = g*(v - undeclared) }
