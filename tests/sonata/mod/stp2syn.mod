TITLE Synapse whose release depletes vesicles, which come back the faster the more it was used; parameters are called as those of BMTK's stp2syn

COMMENT
Equations 3 and 5 of Hennig MH (2013) Theoretical models of synaptic short term plasticity. Front Comput Neurosci 7:45.
ENDCOMMENT

NEURON {
    POINT_PROCESS stp2syn
    NONSPECIFIC_CURRENT i
    RANGE e, p0, tau_1, tau_r0, a_FDR, tau_FDR
}

PARAMETER {
    e = 0 (mV)
    p0 = 0.3
    tau_1 = 5 (ms)
    tau_r0 = 1000 (ms)
    a_FDR = 0.5
    tau_FDR = 1000 (ms)
}

ASSIGNED {
    v (mV)
    i (nA)
}

STATE { g (uS) }

INITIAL { g = 0 }

BREAKPOINT {
    SOLVE decay METHOD cnexp
    i = g*(v - e)
}

DERIVATIVE decay { g' = -g/tau_1 }

NET_RECEIVE(weight, n, tau_r, last) {
    INITIAL {
        n = 1
        tau_r = tau_r0
        last = 0
    }
    tau_r = tau_r0 - (tau_r0 - tau_r)*exp(-(t - last)/tau_FDR)
    n = 1 - (1 - n)*exp(-(t - last)/tau_r)
    g = g + weight*p0*n
    n = n - p0*n
    tau_r = tau_r - a_FDR*tau_r
    last = t
}
