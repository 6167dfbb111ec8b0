TITLE SOLVE of a DERIVATIVE block without METHOD: NEURON's adaptive Runge-Kutta steps, which cnexp's exact solution replaces
: replay tolerance 1e-4: NEURON chooses its steps for an error of 1e-5

NEURON {
    SUFFIX no_method
    RANGE tau
}
PARAMETER {
    tau = 2 (ms)
}
ASSIGNED {
    v (mV)
}
STATE {
    m
    h
}
INITIAL {
    m = 0.1
    h = 0.9
}
BREAKPOINT {
    SOLVE gates
}
DERIVATIVE gates {
    m' = (1/(1 + exp(-v/10)) - m)/tau
    h' = -0.3*h
}
