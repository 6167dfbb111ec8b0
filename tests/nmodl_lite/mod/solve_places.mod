TITLE SOLVE of a PROCEDURE in INITIAL, and inside a condition of BREAKPOINT, where NEURON solves it all the same

NEURON {
    SUFFIX solve_places
    RANGE gain
}
PARAMETER {
    gain = 1.3
}
ASSIGNED {
    v (mV)
}
STATE {
    x
    z
    n
}
INITIAL {
    SOLVE start
    n = x + z
}
BREAKPOINT {
    if (v > 0) {
        SOLVE pair METHOD cnexp
    }
}
DERIVATIVE pair {
    x' = gain*exp(v/100) - x
    z' = 2*x - z + 0.1*n
    n' = 0.3*(x - n)
}
PROCEDURE start() {
    x = 0.5
    z = exp(v/30)
}
