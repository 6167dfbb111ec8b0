TITLE CommandClamp: voltage clamp that follows a command

COMMENT
An electrode of series resistance rs holds the membrane at command(at + t). The command is one table of all sweeps of an
experiment, one behind the other; `at` is where that of an instance begins. rall channel clamps with it.
`i` is that of the potential at the end of the step.
ENDCOMMENT

NEURON {
    POINT_PROCESS CommandClamp
    ELECTRODE_CURRENT i
    RANGE rs, at, vc, i
}

UNITS {
    (nA) = (nanoamp)
    (mV) = (millivolt)
}

PARAMETER {
    rs = 1e-9 (megohm) <1e-9, 1e9>
    at = 0 (ms)
}

ASSIGNED {
    v (mV)
    vc (mV)
    i (nA)
}

FUNCTION_TABLE command(x (ms)) (mV)

BREAKPOINT {
    vc = command(at + t)
    i = (vc - v)/rs
}
