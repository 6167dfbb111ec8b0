TITLE km: slow non-inactivating (muscarinic) potassium channel

COMMENT
Mainen ZF, Sejnowski TJ (1996) Influence of dendritic structure on firing pattern in model neocortical neurons.
Nature 382:363-366 (n);
kinetics after Gutfreund Y, Yarom Y, Segev I (1995) J Physiol 483:621-640.
Rates measured at `temp`, scaled by q10^((celsius - temp)/10); the maximal conductance is scaled by the same factor.
ENDCOMMENT

NEURON {
    SUFFIX km
    USEION k READ ek WRITE ik
    RANGE gbar, g, ik, ninf, ntau
    GLOBAL tha, qa, Ra, Rb, q10, temp
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (pS) = (picosiemens)
    (um) = (micron)
}

PARAMETER {
    gbar = 10 (pS/um2)
    tha = -30 (mV)
    qa = 9 (mV)
    Ra = 0.001 (/ms)
    Rb = 0.001 (/ms)
    q10 = 2.3
    temp = 23 (degC)
}

ASSIGNED {
    v (mV)
    celsius (degC)
    ek (mV)
    ik (mA/cm2)
    g (pS/um2)
    tadj
    ninf
    ntau (ms)
}

STATE { n }

INITIAL {
    tadj = q10^((celsius - temp)/10(degC))
    rates(v)
    n = ninf
}

BREAKPOINT {
    SOLVE gates METHOD cnexp
    g = tadj*gbar*n
    ik = (1e-4)*g*(v - ek)
}

DERIVATIVE gates {
    rates(v)
    n' = (ninf - n)/ntau
}

UNITSOFF

PROCEDURE rates(v (mV)) {
    LOCAL a, b

    a = Ra*vtrap(-(v - tha), qa)
    b = Rb*vtrap(v - tha, qa)
    ntau = 1/(tadj*(a + b))
    ninf = a/(a + b)
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
