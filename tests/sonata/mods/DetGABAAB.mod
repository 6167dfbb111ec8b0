TITLE Inhibitory synapse that depresses and facilitates without chance: what modoverride asks of one, as short as can be

COMMENT
Utilisation u and resources R after Tsodyks M, Markram H (1997) PNAS 94:719-723.
ENDCOMMENT

NEURON {
    POINT_PROCESS DetGABAAB
    NONSPECIFIC_CURRENT i
    RANGE tau_d_GABAA, Use, Dep, Fac, GABAB_ratio, synapseID, conductance, g, e
}

PARAMETER {
    tau_d_GABAA = 8 (ms)
    tau_d_GABAB = 260 (ms)
    Use = 1
    Dep = 100 (ms)
    Fac = 10 (ms)
    GABAB_ratio = 0.75
    e = -80 (mV)
    synapseID = 0
    conductance = 0
}

ASSIGNED {
    v (mV)
    i (nA)
    g (uS)
}

STATE { A (uS) B (uS) }

INITIAL {
    A = 0
    B = 0
}

BREAKPOINT {
    SOLVE decay METHOD cnexp
    g = A + B
    i = g*(v - e)
}

DERIVATIVE decay {
    A' = -A/tau_d_GABAA
    B' = -B/tau_d_GABAB
}

NET_RECEIVE(weight, u, R, last) {
    INITIAL {
        u = 0
        R = 1
        last = 0
    }
    u = u*exp(-(t - last)/Fac)
    u = u + Use*(1 - u)
    R = 1 - (1 - R)*exp(-(t - last)/Dep)
    A = A + 0.001*weight*u*R
    B = B + 0.001*weight*GABAB_ratio*u*R
    R = R - u*R
    last = t
}
