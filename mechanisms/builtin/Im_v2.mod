TITLE Im_v2: M current, fit to hippocampal pyramidal cells

COMMENT
Vervaeke K, Gu N, Agdestein C, Hu H, Storm JF (2006) Kv7/KCNQ/M-channels in rat glutamatergic hippocampal axons and
their role in regulation of excitability and transmitter release. J Physiol 576:235-256; Q10 2.3 from 30 degC.
Parameter names are those of the Allen Cell Types biophysical models.
ENDCOMMENT

NEURON {
    SUFFIX Im_v2
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

    qt = 2.3^((celsius - 30)/10)

    a = 0.007*exp(6*0.4*(v + 48)/26.12)
    b = 0.007*exp(-6*(1 - 0.4)*(v + 48)/26.12)
    mInf = a/(a + b)
    mTau = (15 + 1/(a + b))/qt
}

UNITSON
