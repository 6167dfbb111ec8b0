TITLE GABAB: slow inhibitory synapse through G proteins

COMMENT
Destexhe A, Sejnowski TJ (1995) G protein activation kinetics and spillover of GABA may account for differences between
inhibitory responses in the hippocampus and thalamus. Proc Natl Acad Sci USA 92:9515-9519; constants of Destexhe A,
Mainen ZF, Sejnowski TJ (1998) Kinetic models of synaptic transmission, in: Koch C, Segev I (eds) Methods in Neuronal
Modeling, MIT Press, 1-25.
    dR/dt = K1*C*(1 - R) - K2*R    activated receptors
    dG/dt = K3*R - K4*G            G protein, uM
    g = gmax*G^4/(G^4 + Kd)
The transmitter pulse (Cmax for Cdur) is much shorter than all that follows; its whole effect on R is applied at its start.
Each connection has its own receptors; its weight (1: one synapse) scales what they add to R.
ENDCOMMENT

NEURON {
    POINT_PROCESS GABAB
    NONSPECIFIC_CURRENT i
    RANGE gmax, Cmax, Cdur, K1, K2, K3, K4, Kd, e, i, g
}

UNITS {
    (nA) = (nanoamp)
    (mV) = (millivolt)
    (uS) = (microsiemens)
    (molar) = (1/liter)
    (mM) = (millimolar)
    (uM) = (micromolar)
}

PARAMETER {
    gmax = 0.001 (uS)
    Cmax = 0.5 (mM) : transmitter in the cleft during the pulse
    Cdur = 0.3 (ms) : duration of the pulse
    K1 = 0.09 (/ms mM) : activation of receptors
    K2 = 0.0012 (/ms) : their deactivation
    K3 = 0.18 (uM/ms) : production of G protein
    K4 = 0.034 (/ms) : its decay
    Kd = 100 (uM4) : dissociation constant of four G proteins from the channel
    e = -95 (mV)
}

ASSIGNED {
    v (mV)
    i (nA)
    g (uS)
}

STATE {
    R
    G (uM)
}

INITIAL {
    R = 0
    G = 0
}

BREAKPOINT {
    SOLVE cascade METHOD derivimplicit
    g = gmax*G^4/(G^4 + Kd)
    i = g*(v - e)
}

DERIVATIVE cascade {
    R' = -K2*R
    G' = K3*R - K4*G
}

UNITSOFF

: bound: activated fraction of this connection's receptors at time tlast
NET_RECEIVE(weight, bound, tlast (ms)) {
    LOCAL binding, added

    INITIAL {
        bound = 0
        tlast = 0
    }
    binding = Cmax*K1 + K2
    bound = bound*exp(-K2*(t - tlast))
    added = (Cmax*K1/binding - bound)*(1 - exp(-binding*Cdur))
    bound = bound + added
    tlast = t
    R = R + weight*added
}

UNITSON
