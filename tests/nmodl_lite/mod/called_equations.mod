TITLE INITIAL calls a DERIVATIVE block as if it were a PROCEDURE: it takes a step, and counts

NEURON {
    SUFFIX called_equations
    RANGE minf, times
}
ASSIGNED {
    v (mV)
    minf
    times
}
STATE {
    m
}
INITIAL {
    m = 0
    times = 0
    states()
    start()
}
BREAKPOINT {
    SOLVE states METHOD cnexp
}
PROCEDURE start() {
    if (v < 0) { states() }
}
DERIVATIVE states {
    times = times + 1
    minf = 1/(1 + exp(-(v + 40)/5))
    m' = (minf - m)/3
}
