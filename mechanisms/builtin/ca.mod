TITLE ca: high-voltage-activated calcium channel

COMMENT
Mainen ZF, Sejnowski TJ (1996) Influence of dendritic structure on firing pattern in model neocortical neurons.
Nature 382:363-366 (m^2 h);
kinetics of Reuveni I, Friedman A, Amitai Y, Gutnick MJ (1993) J Neurosci 13:4609-4621.
Rates measured at `temp`, scaled by q10^((celsius - temp)/10); the maximal conductance is scaled by the same factor.
ENDCOMMENT

NEURON {
    SUFFIX ca
    USEION ca READ eca WRITE ica
    RANGE gbar, vshift, g, ica, minf, hinf, mtau, htau
    GLOBAL q10, temp
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (pS) = (picosiemens)
    (um) = (micron)
}

PARAMETER {
    gbar = 0.1 (pS/um2)
    vshift = 0 (mV) : moves activation and inactivation along the voltage axis
    q10 = 2.3
    temp = 23 (degC)
}

ASSIGNED {
    v (mV)
    celsius (degC)
    eca (mV)
    ica (mA/cm2)
    g (pS/um2)
    tadj
    minf
    hinf
    mtau (ms)
    htau (ms)
}

STATE { m h }

INITIAL {
    tadj = q10^((celsius - temp)/10(degC))
    rates(v + vshift)
    m = minf
    h = hinf
}

BREAKPOINT {
    SOLVE gates METHOD cnexp
    g = tadj*gbar*m*m*h
    ica = (1e-4)*g*(v - eca)
}

DERIVATIVE gates {
    rates(v + vshift)
    m' = (minf - m)/mtau
    h' = (hinf - h)/htau
}

UNITSOFF

PROCEDURE rates(v (mV)) {
    LOCAL a, b

    a = 0.055*vtrap(-27 - v, 3.8)
    b = 0.94*exp((-75 - v)/17)
    mtau = 1/(tadj*(a + b))
    minf = a/(a + b)

    a = 0.000457*exp((-13 - v)/50)
    b = 0.0065/(exp((-v - 15)/28) + 1)
    htau = 1/(tadj*(a + b))
    hinf = a/(a + b)
}

: x/(exp(x/y) - 1), by its series where numerator and denominator vanish together
FUNCTION vtrap(x, y) {
    if (fabs(x/y) < 1e-6) {
        vtrap = y*(1 - x/y/2)
    } else {
        vtrap = x/(exp(x/y) - 1)
    }
}

UNITSON
