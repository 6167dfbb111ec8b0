TITLE Two INITIAL and two BREAKPOINT blocks, each with LOCALs of its own, and a name in COMPARTMENT that is no state

NEURON {
    SUFFIX joined
    NONSPECIFIC_CURRENT i
    RANGE a, b, depth
}
PARAMETER {
    depth = 2
}
ASSIGNED {
    v (mV)
    i (mA/cm2)
    a
    b
}
STATE {
    q
}
INITIAL {
    LOCAL x
    x = 1
    a = x
}
INITIAL {
    LOCAL x, y
    x = 2
    y = x + 3
    b = y + a
}
BREAKPOINT {
    LOCAL x
    SOLVE k METHOD sparse
    x = 1e-5*v
    i = x
}
BREAKPOINT {
    LOCAL y
    y = 3e-6*(v + 60)
    i = i + y*q
}
KINETIC k {
    COMPARTMENT depth {nothere q}
    ~ q << (0.1)
}
