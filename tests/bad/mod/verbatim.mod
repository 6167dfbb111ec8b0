: expect: verbatim.mod:13:14: warning: VERBATIM is not understood: the call 'measured()', which is not known here, stands in the way
: expect: write measured as a FUNCTION of NMODL
NEURON {
    SUFFIX bad
    NONSPECIFIC_CURRENT i
    RANGE g
}
PARAMETER { g = 0.001 (S/cm2) }
ASSIGNED { v (mV) i (mA/cm2) }
BREAKPOINT {
    i = g*(v + 65)
    VERBATIM
    i += 1 + measured(v);
    ENDVERBATIM
}
