TITLE Kv3_1: fast delayed-rectifier potassium current of Kv3.1 type

COMMENT
Rettig J et al. (1992) Characterization of a Shaw-related potassium channel family in rat brain. EMBO J 11:2473-2486;
as used by Hay E et al. (2011) PLoS Comput Biol 7:e1002107.
Parameter names are those of the Allen Cell Types biophysical models.
ENDCOMMENT

NEURON {
    SUFFIX Kv3_1
    USEION k READ ek WRITE ik
    RANGE gbar, vshift, g, ik, mInf, mTau
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}

PARAMETER {
    gbar = 0.00001 (S/cm2)
    vshift = 0 (mV) : moves the curves along the voltage axis
}

ASSIGNED {
    v (mV)
    ek (mV)
    ik (mA/cm2)
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
    ik = g*(v - ek)
}

DERIVATIVE gates {
    rates(v)
    m' = (mInf - m)/mTau
}

UNITSOFF

PROCEDURE rates(v (mV)) {
    mInf = 1/(1 + exp(-(v - 18.7 - vshift)/9.7))
    mTau = 4/(1 + exp(-(v + 46.56 - vshift)/44.14))
}

UNITSON
