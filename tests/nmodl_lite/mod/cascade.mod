TITLE a linear chain, solved by one implicit step
: replay tolerance 1e-9: NEURON's Newton iteration needs a second turn for linear equations

NEURON {
    SUFFIX cascade
    RANGE k1, k2, k3
}

PARAMETER {
    k1 = 0.3 (/ms)
    k2 = 0.1 (/ms)
    k3 = 0.05 (/ms)
}

ASSIGNED { v (mV) }

STATE { a b c }

INITIAL {
    a = 1
}

BREAKPOINT { SOLVE chain METHOD derivimplicit }

DERIVATIVE chain {
    a' = -k1*a*exp(v/100) + k3*c
    b' = k1*a*exp(v/100) - k2*b
    c' = k2*b - k3*c
}
