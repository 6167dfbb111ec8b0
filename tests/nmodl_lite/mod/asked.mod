TITLE a POINTER that is asked whether it is bound
NEURON {
    SUFFIX asked
    POINTER p
    RANGE x
}
ASSIGNED { p x }
BREAKPOINT { if (nrn_pointing(p)) { x = p } else { x = -1 } }
