TITLE The steady state of a nonlinear pair: NEURON's own search for it gives up

NEURON {
    SUFFIX rest
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
}
INITIAL {
    x = 0.5
    z = 1
    SOLVE pair STEADYSTATE derivimplicit
}
BREAKPOINT {
    SOLVE pair METHOD derivimplicit
}
DERIVATIVE pair {
    x' = gain*exp(v/100) - x*x*z
    z' = 2*x - z
}
