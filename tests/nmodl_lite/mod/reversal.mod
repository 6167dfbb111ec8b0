TITLE an ion pump that sets the reversal potential of its ion, as the equations of another mechanism read it

NEURON {
    SUFFIX reversal
    USEION x READ ix, ex WRITE ex VALENCE 1
    RANGE shift, seen
}

PARAMETER {
    shift = 3 (mV)
    tau = 5 (ms)
}

ASSIGNED {
    ix (mA/cm2)
    ex (mV)
    seen (mV)
}

STATE { slow (mV) }

INITIAL {
    slow = -20
    ex = slow
    seen = ex
}

BREAKPOINT {
    SOLVE follow METHOD cnexp
    seen = ex
    ex = slow
}

DERIVATIVE follow {
    slow' = (shift - 20 - 100*ix - slow)/tau
}
