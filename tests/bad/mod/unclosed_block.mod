: expect: expected '}' to close the block that starts in line
NEURON {
    SUFFIX bad
    NONSPECIFIC_CURRENT i
    RANGE g
}
PARAMETER { g = 0.001 (S/cm2) }
ASSIGNED { v (mV) i (mA/cm2) }
BREAKPOINT {
    i = g*(v + 65)
