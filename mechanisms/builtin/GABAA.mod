TITLE GABAA: fast inhibitory synapse, first-order kinetics of the receptor

COMMENT
Destexhe A, Mainen ZF, Sejnowski TJ (1994) An efficient method for computing synaptic conductances based on a kinetic model
of receptor binding. Neural Comput 6:14-18; constants of the same authors (1998) Kinetic models of synaptic transmission,
in: Koch C, Segev I (eds) Methods in Neuronal Modeling, MIT Press, 1-25.
A spike releases transmitter (Cmax for Cdur), which opens closed receptors at the rate alpha and lets open ones close at beta:
    dr/dt = alpha*C*(1 - r) - beta*r.
The pulse is much shorter than 1/beta; its whole effect on r is applied at its start. Each connection has its own receptors
(r saturates at Cmax*alpha/(Cmax*alpha + beta)) and a conductance of weight*r uS.
ENDCOMMENT

NEURON {
    POINT_PROCESS GABAA
    NONSPECIFIC_CURRENT i
    RANGE Cmax, Cdur, alpha, beta, e, i
}

UNITS {
    (nA) = (nanoamp)
    (mV) = (millivolt)
    (uS) = (microsiemens)
    (molar) = (1/liter)
    (mM) = (millimolar)
}

PARAMETER {
    Cmax = 1 (mM) : transmitter in the cleft during the pulse
    Cdur = 1 (ms) : duration of the pulse
    alpha = 5 (/ms mM) : opening
    beta = 0.18 (/ms) : closing
    e = -80 (mV)
}

ASSIGNED {
    v (mV)
    i (nA)
}

STATE { g (uS) }

INITIAL {
    g = 0
}

BREAKPOINT {
    SOLVE closing METHOD cnexp
    i = g*(v - e)
}

DERIVATIVE closing {
    g' = -beta*g
}

UNITSOFF

: r: open fraction of this connection's receptors at time tlast
NET_RECEIVE(weight (uS), r, tlast (ms)) {
    LOCAL opening, opened

    INITIAL {
        r = 0
        tlast = 0
    }
    opening = Cmax*alpha + beta
    r = r*exp(-beta*(t - tlast))
    opened = (Cmax*alpha/opening - r)*(1 - exp(-opening*Cdur))
    r = r + opened
    tlast = t
    g = g + weight*opened
}

UNITSON
