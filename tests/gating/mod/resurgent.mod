TITLE Sodium current of cerebellar Purkinje neurons with resurgent component, 13 states

COMMENT
Raman IM, Bean BP (2001) Inactivation and recovery of sodium currents in cerebellar Purkinje neurons: evidence for two mechanisms.
Biophys J 80:729-737. Rates (figure 9) with the slower open-state inactivation of Khaliq ZM, Gouwens NW, Raman IM (2003) The contribution
of resurgent sodium current to high-frequency firing in Purkinje neurons. J Neurosci 23:4899-4912; 22 degC, Q10 3.
Five closed states, one open, one blocked by the cell's own particle, and the six inactivated partners of all but the blocked one.
ENDCOMMENT

NEURON {
    SUFFIX resurgent
    USEION na READ ena WRITE ina
    RANGE gbar, g, ina
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}

PARAMETER {
    gbar = 0.015 (S/cm2)
    alpha = 150 (/ms)     : activation of one sensor at 0 mV
    beta = 3 (/ms)        : deactivation
    gamma = 150 (/ms)     : opening
    delta = 40 (/ms)      : closing
    epsilon = 1.75 (/ms)  : block of the open channel
    zeta = 0.03 (/ms)     : its relief at 0 mV
    Con = 0.005 (/ms)     : inactivation while all sensors rest
    Coff = 0.5 (/ms)      : recovery from that
    Oon = 0.75 (/ms)      : inactivation of the open channel
    Ooff = 0.005 (/ms)    : recovery from that
    x1 = 20 (mV)
    x2 = -20 (mV)
    x6 = -25 (mV)
}

ASSIGNED {
    v (mV)
    celsius (degC)
    ena (mV)
    ina (mA/cm2)
    g (S/cm2)
}

STATE { C1 C2 C3 C4 C5 O B I1 I2 I3 I4 I5 I6 }

INITIAL {
    SOLVE gating STEADYSTATE sparse
}

BREAKPOINT {
    SOLVE gating METHOD sparse
    g = gbar*O
    ina = g*(v - ena)
}

KINETIC gating {
    LOCAL q, up, down, a, b

    q = 3^((celsius - 22)/10 (degC))
    up = q*alpha*exp(v/x1)
    down = q*beta*exp(v/x2)
    a = (Oon/Con)^0.25
    b = (Ooff/Coff)^0.25

    ~ C1 <-> C2 (4*up, down)
    ~ C2 <-> C3 (3*up, 2*down)
    ~ C3 <-> C4 (2*up, 3*down)
    ~ C4 <-> C5 (up, 4*down)
    ~ C5 <-> O (q*gamma, q*delta)
    ~ O <-> B (q*epsilon, q*zeta*exp(v/x6))

    ~ I1 <-> I2 (4*up*a, down*b)
    ~ I2 <-> I3 (3*up*a, 2*down*b)
    ~ I3 <-> I4 (2*up*a, 3*down*b)
    ~ I4 <-> I5 (up*a, 4*down*b)
    ~ I5 <-> I6 (q*gamma, q*delta)

    ~ C1 <-> I1 (q*Con, q*Coff)
    ~ C2 <-> I2 (q*Con*a, q*Coff*b)
    ~ C3 <-> I3 (q*Con*a^2, q*Coff*b^2)
    ~ C4 <-> I4 (q*Con*a^3, q*Coff*b^3)
    ~ C5 <-> I5 (q*Con*a^4, q*Coff*b^4)
    ~ O <-> I6 (q*Oon, q*Ooff)

    CONSERVE C1 + C2 + C3 + C4 + C5 + O + B + I1 + I2 + I3 + I4 + I5 + I6 = 1
}
