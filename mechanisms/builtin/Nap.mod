TITLE Nap: persistent sodium current

COMMENT
Magistretti J, Alonso A (1999) Biophysical properties and slow voltage-dependent inactivation of a sustained sodium
current in entorhinal cortex layer-II principal neurons. J Gen Physiol 114:491-509.
Activation is instantaneous, as the paper models it; Q10 2.3 from 21 degC.
Parameter names are those of the Allen Cell Types biophysical models.
ENDCOMMENT

NEURON {
    SUFFIX Nap
    USEION na READ ena WRITE ina
    RANGE gbar, g, ina, mInf, hInf, hTau
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
    ena (mV)
    ina (mA/cm2)
    g (S/cm2)
    mInf
    hInf
    hTau (ms)
}

STATE { h }

INITIAL {
    rates(v)
    h = hInf
}

BREAKPOINT {
    SOLVE gates METHOD cnexp
    mInf = 1/(1 + exp(-(v + 52.6(mV))/4.6(mV)))
    g = gbar*mInf*h
    ina = g*(v - ena)
}

DERIVATIVE gates {
    rates(v)
    h' = (hInf - h)/hTau
}

UNITSOFF

PROCEDURE rates(v (mV)) {
    LOCAL a, b, qt

    qt = 2.3^((celsius - 21)/10)

    a = 2.88e-6*vtrap(v + 17, 4.63)
    b = 6.94e-6*vtrap(-(v + 64.4), 2.63)
    hInf = 1/(1 + exp((v + 48.8)/10))
    hTau = 1/(qt*(a + b))
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
