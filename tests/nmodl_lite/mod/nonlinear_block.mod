TITLE NONLINEAR block: SOLVEFOR, intermediate results that depend on the unknowns
: replay tolerance 1e-6: NEURON's Newton iteration, over differences, stops there

NEURON {
    SUFFIX nonlinear_block
    RANGE a, product
}
PARAMETER {
    a = 2
}
ASSIGNED {
    v (mV)
    product
}
STATE {
    p
    q
    given
}
INITIAL {
    p = 1
    q = 0.5
    given = 0.3
    SOLVE both
}
BREAKPOINT {
    SOLVE both
}
NONLINEAR both SOLVEFOR p, q {
    LOCAL square
    square = p*p
    ~ square + q = a + v/200
    ~ p*exp(q) = 1.5 + given
    product = p*q
}
