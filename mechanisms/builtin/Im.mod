TITLE Im: M current: slow muscarinic potassium current

COMMENT
Adams PR, Brown DA, Constanti A (1982) M-currents and other potassium currents in bullfrog sympathetic neurones.
J Physiol 330:537-572; Q10 2.3 from 21 degC.
Parameter names are those of the Allen Cell Types biophysical models.
ENDCOMMENT

NEURON {
    SUFFIX Im
    USEION k READ ek WRITE ik
    RANGE gbar, g, ik, mInf, mTau
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}

PARAMETER {
    gbar = 0.00001 (S/cm2)
}

ASSIGNED {
    v (mV)
    celsius (degC)
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
    LOCAL a, b, qt

    qt = 2.3^((celsius - 21)/10)

    a = 0.0033*exp(0.1*(v + 35))
    b = 0.0033*exp(-0.1*(v + 35))
    mInf = a/(a + b)
    mTau = 1/(qt*(a + b))
}

UNITSON
