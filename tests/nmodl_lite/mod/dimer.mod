TITLE Nonlinear KINETIC scheme: stoichiometric coefficients, CONSERVE with weights, steady state
: replay tolerance 1e-9: the steady state is a step of 1e9 ms, in which rounding counts

NEURON {
    SUFFIX dimer
    RANGE total
}
PARAMETER {
    total = 1.5
    grow = 0.7 (/ms)
    part = 0.2 (/ms)
}
ASSIGNED {
    v (mV)
}
STATE {
    single
    couple
}
INITIAL {
    single = 1
    couple = 0.1
    SOLVE pairs STEADYSTATE sparse
}
BREAKPOINT {
    SOLVE pairs METHOD sparse
}
KINETIC pairs {
    ~ 2 single <-> couple (grow*exp(v/100), part)
    CONSERVE single + 2 couple = total
}
