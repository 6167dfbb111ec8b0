: a gate that is no number from `at` on, and what does not care for it
NEURON {
    SUFFIX lost
    NONSPECIFIC_CURRENT i
    RANGE at, g
}
PARAMETER { at = 1e9 (ms) g = 0 (S/cm2) }
ASSIGNED { v (mV) i (mA/cm2) never }
STATE { whole[2] m }
INITIAL { m = 0 }
BREAKPOINT {
    SOLVE states METHOD cnexp
    i = g*m*(v + 65)
}
DERIVATIVE states { m' = sqrt(at - t) - m }
