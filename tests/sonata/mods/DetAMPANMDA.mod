TITLE Excitatory synapse that depresses and facilitates without chance: what modoverride asks of one, as short as can be

COMMENT
Utilisation u and resources R after Tsodyks M, Markram H (1997) PNAS 94:719-723.
ENDCOMMENT

NEURON {
    POINT_PROCESS DetAMPANMDA
    NONSPECIFIC_CURRENT i
    RANGE tau_d_AMPA, Use, Dep, Fac, NMDA_ratio, synapseID, conductance, g, e
}

PARAMETER {
    tau_d_AMPA = 1.7 (ms)
    tau_d_NMDA = 43 (ms)
    Use = 1
    Dep = 100 (ms)
    Fac = 10 (ms)
    NMDA_ratio = 0.71
    e = 0 (mV)
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
    A' = -A/tau_d_AMPA
    B' = -B/tau_d_NMDA
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
    B = B + 0.001*weight*NMDA_ratio*u*R
    R = R - u*R
    last = t
}
