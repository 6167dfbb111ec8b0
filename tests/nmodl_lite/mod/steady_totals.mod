TITLE A KINETIC block at rest in INITIAL, then step by step: its totals and volumes are expressions with LOCALs and calls
: replay tolerance 1e-6: NEURON takes one step of 1e9 ms to the steady state, which leaves 1e-7 of where the states were

NEURON {
    SUFFIX steady_totals
    RANGE total, width
}
DEFINE TWO 2
PARAMETER {
    total = 0.5
    width = 1.5
}
ASSIGNED {
    v (mV)
}
STATE {
    a
    b
    c
}
INITIAL {
    SOLVE gate STEADYSTATE sparse
}
BREAKPOINT {
    SOLVE gate METHOD sparse
}
FUNCTION volume(w) {
    LOCAL square
    square = w*w
    volume = 1 + square
}
FUNCTION twice(x) {
    twice = TWO*x
}
KINETIC gate {
    LOCAL r, share
    r = 0.2*exp((v + 60)/20)
    share = total/TWO
    COMPARTMENT TWO*width {a}
    COMPARTMENT volume(width) {b}
    ~ a <-> b (r, 0.1)
    ~ b <-> c (0.05, twice(0.01))
    CONSERVE a + b + c = twice(total) + share
}
