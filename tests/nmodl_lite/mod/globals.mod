TITLE GLOBAL parameters and variables, and file-level LOCALs

NEURON {
    SUFFIX globals
    RANGE y
    GLOBAL factor, total, vec
    NONSPECIFIC_CURRENT i
}

PARAMETER {
    factor = 2
    plain = 3
    own = 1e-4 (S/cm2)
}

ASSIGNED {
    v (mV)
    i (mA/cm2)
    y
    total
    vec[2]
}

LOCAL kept, list[3]

INITIAL {
    kept = 0
    total = 0
    list[0] = 1
    list[1] = 10
    list[2] = 100
    vec[0] = 0
    vec[1] = 1
}

BREAKPOINT {
    SOLVE count
    i = own*(v + 70)
}

PROCEDURE count() {
    kept = kept + 1
    total = total + factor*plain
    vec[0] = kept*list[2]
    vec[1] = vec[1] + vec[0]
    y = list[0] + list[1]*kept
}
