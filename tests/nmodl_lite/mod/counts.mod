TITLE What is counted and summed inside a KINETIC block, as often as NEURON evaluates them

NEURON {
    SUFFIX counts
    RANGE linear
}
ASSIGNED {
    v (mV)
    linear
}
STATE {
    closed
    open
}
INITIAL {
    SOLVE scheme STEADYSTATE sparse
    linear = 0
    closed = 1
    open = 0
}
BREAKPOINT {
    SOLVE scheme METHOD sparse
}
KINETIC scheme {
    linear = linear + 1
    ~ closed <-> open (exp(v/50), 0.3)
    CONSERVE closed + open = 1
}
