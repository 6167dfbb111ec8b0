TITLE kca: slow calcium-dependent potassium channel

COMMENT
Mainen ZF, Sejnowski TJ (1996) Influence of dendritic structure on firing pattern in model neocortical neurons.
Nature 382:363-366 (n); the opening rate is first order in calcium, as in Reuveni I et al. (1993) J Neurosci 13:4609-4621.
Rates measured at `temp`, scaled by q10^((celsius - temp)/10); the maximal conductance is scaled by the same factor.
ENDCOMMENT

NEURON {
    SUFFIX kca
    USEION k READ ek WRITE ik
    USEION ca READ cai
    RANGE gbar, g, ik, ninf, ntau
    GLOBAL Ra, Rb, caix, q10, temp
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (pS) = (picosiemens)
    (um) = (micron)
    (molar) = (1/liter)
    (mM) = (millimolar)
}

PARAMETER {
    gbar = 10 (pS/um2)
    Ra = 0.01 (/ms) : opening rate at 1 mM
    Rb = 0.02 (/ms) : closing rate
    caix = 1 : order in calcium
    q10 = 2.3
    temp = 23 (degC)
}

ASSIGNED {
    v (mV)
    celsius (degC)
    ek (mV)
    ik (mA/cm2)
    cai (mM)
    g (pS/um2)
    tadj
    ninf
    ntau (ms)
}

STATE { n }

INITIAL {
    tadj = q10^((celsius - temp)/10(degC))
    rates(cai)
    n = ninf
}

BREAKPOINT {
    SOLVE gates METHOD cnexp
    g = tadj*gbar*n
    ik = (1e-4)*g*(v - ek)
}

DERIVATIVE gates {
    rates(cai)
    n' = (ninf - n)/ntau
}

PROCEDURE rates(cai (mM)) {
    LOCAL a

    a = Ra*(cai*1(/mM))^caix
    ntau = 1/(tadj*(a + Rb))
    ninf = a/(a + Rb)
}
