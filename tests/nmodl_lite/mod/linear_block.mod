TITLE LINEAR blocks: coefficients that are computed, rows that must be exchanged, an array of unknowns, twice solved
: replay tolerance 1e-10: NEURON's elimination scales and orders rows in its own way

NEURON {
    SUFFIX linear_block
    RANGE load, total
}
PARAMETER {
    load = 2
    zero = 0
}
ASSIGNED {
    v (mV)
    total
}
STATE {
    x
    w
    z
    rung[3]
}
INITIAL {
    SOLVE currents
    SOLVE steps
}
BREAKPOINT {
    SOLVE steps
    SOLVE currents
}
LINEAR currents {
    LOCAL k
    k = exp(v/50)
    ~ zero*x + w*k = load + v/100
    ~ z - 2*x = k
    ~ x + w + z = 3
    total = k*x
}
LINEAR steps {
    ~ rung[0] = 1 - v/100
    FROM i = 0 TO 1 {
        ~ rung[i] - load*rung[i+1] = zero
    }
}
