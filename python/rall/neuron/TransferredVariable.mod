TITLE TransferredVariable: a variable that follows another one, of any cell

COMMENT
What NEURON's ParallelContext does between source_var and target_var: before the currents of each step `target` takes the value of
`source`, of the begin of the step.
Migliore M, Cannia C, Lytton WW, Markram H, Hines ML (2006) Parallel network simulations with NEURON. J Comput Neurosci 21:119-129.
ENDCOMMENT

NEURON {
    POINT_PROCESS TransferredVariable
    POINTER source, target
}

ASSIGNED {
    source
    target
}

BEFORE BREAKPOINT {
    target = source
}
