TITLE Ih: hyperpolarisation-activated cation current (HCN)

COMMENT
Kole MHP, Hallermann S, Stuart GJ (2006) Single Ih channels in pyramidal neuron dendrites. J Neurosci 26:1677-1687;
as used by Hay E et al. (2011) PLoS Comput Biol 7:e1002107.
Parameter names are those of the Allen Cell Types biophysical models.
ENDCOMMENT

NEURON {
    SUFFIX Ih
    NONSPECIFIC_CURRENT ihcn
    RANGE gbar, ehcn, g, ihcn, mInf, mTau
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}

PARAMETER {
    gbar = 0.00001 (S/cm2)
    ehcn = -45 (mV)
}

ASSIGNED {
    v (mV)
    ihcn (mA/cm2)
    g (S/cm2)
    mInf
    mTau (ms)
}

STATE { m }

INITIAL {
    rates(v)
    m = mInf
}

BREAKPOINT {
    SOLVE gates METHOD cnexp
    g = gbar*m
    ihcn = g*(v - ehcn)
}

DERIVATIVE gates {
    rates(v)
    m' = (mInf - m)/mTau
}

UNITSOFF

PROCEDURE rates(v (mV)) {
    LOCAL a, b

    a = 0.00643*vtrap(v + 154.9, 11.9)
    b = 0.193*exp(v/33.1)
    mInf = a/(a + b)
    mTau = 1/(a + b)
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
