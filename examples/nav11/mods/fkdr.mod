TITLE Fast delayed rectifier of the model interneuron

COMMENT
Spampanato J, Aradi I, Soltesz I, Goldin AL (2004) Increased neuronal firing in computer simulations of sodium channel mutations that
cause generalized epilepsy with febrile seizures plus. J Neurophysiol 91:2040-2050.
ENDCOMMENT

NEURON {
    SUFFIX fkdr
    USEION k READ ek WRITE ik
    RANGE gbar
}

UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
    (S) = (siemens)
}

PARAMETER { gbar = 0.06 (S/cm2) }

ASSIGNED {
    v (mV)
    ek (mV)
    ik (mA/cm2)
    alpha (/ms)
    beta (/ms)
}

STATE { n }

INITIAL {
    rates(v)
    n = alpha/(alpha + beta)
}

BREAKPOINT {
    SOLVE gate METHOD cnexp
    ik = gbar*n^4*(v - ek)
}

DERIVATIVE gate {
    rates(v)
    n' = alpha*(1 - n) - beta*n
}

PROCEDURE rates(v (mV)) {
    alpha = 0.42 (/ms)*exprelr(-(v + 18 (mV))/6 (mV))
    beta = 0.264 (/ms)*exp(-(v + 43 (mV))/40 (mV))
}

FUNCTION exprelr(x) {
    if (fabs(x) < 1e-6) {
        exprelr = 1 - x/2
    } else {
        exprelr = x/(exp(x) - 1)
    }
}
