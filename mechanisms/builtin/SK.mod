TITLE SK: small-conductance calcium-activated potassium current

COMMENT
Kohler M, Hirschberg B, Bond CT, Kinzie JM, Marrion NV, Maylie J, Adelman JP (1996) Small-conductance,
calcium-activated potassium channels from mammalian brain. Science 273:1709-1714 (EC50 0.43 uM, Hill coefficient 4.8).
Parameter names are those of the Allen Cell Types biophysical models.
ENDCOMMENT

NEURON {
    SUFFIX SK
    USEION k READ ek WRITE ik
    USEION ca READ cai
    RANGE gbar, g, ik, zInf
    GLOBAL zTau
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
    (molar) = (1/liter)
    (mM) = (millimolar)
}

PARAMETER {
    gbar = 0.000001 (S/cm2)
    zTau = 1 (ms) <1e-9, 1e9>
}

ASSIGNED {
    v (mV)
    ek (mV)
    ik (mA/cm2)
    cai (mM)
    g (S/cm2)
    zInf
}

STATE { z }

INITIAL {
    rates(cai)
    z = zInf
}

BREAKPOINT {
    SOLVE gates METHOD cnexp
    g = gbar*z
    ik = g*(v - ek)
}

DERIVATIVE gates {
    rates(cai)
    z' = (zInf - z)/zTau
}

PROCEDURE rates(cai (mM)) {
    LOCAL bound

    bound = (cai/0.00043(mM))^4.8
    zInf = bound/(1 + bound)
}
