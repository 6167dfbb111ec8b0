TITLE NaTa: transient sodium current, axonal

COMMENT
Colbert CM, Pan E (2002) Ion channel properties underlying axonal action potential initiation in pyramidal neurons.
Nat Neurosci 5:533-538 (axon); Q10 2.3 from 23 degC.
Parameter names are those of the Allen Cell Types biophysical models.
ENDCOMMENT

NEURON {
    SUFFIX NaTa
    USEION na READ ena WRITE ina
    RANGE gbar, mvhalf, mk, hvhalf, hk, g, ina, mInf, mTau, hInf, hTau
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}

PARAMETER {
    gbar = 0.00001 (S/cm2)
    mvhalf = -48 (mV) : midpoint of the activation rates
    mk = 6 (mV)
    hvhalf = -69 (mV) : half-inactivation
    hk = 6 (mV)
}

ASSIGNED {
    v (mV)
    celsius (degC)
    ena (mV)
    ina (mA/cm2)
    g (S/cm2)
    mInf
    mTau (ms)
    hInf
    hTau (ms)
}

STATE { m h }

INITIAL {
    rates(v)
    m = mInf
    h = hInf
}

BREAKPOINT {
    SOLVE gates METHOD cnexp
    g = gbar*m*m*m*h
    ina = g*(v - ena)
}

DERIVATIVE gates {
    rates(v)
    m' = (mInf - m)/mTau
    h' = (hInf - h)/hTau
}

UNITSOFF

PROCEDURE rates(v (mV)) {
    LOCAL a, b, qt

    qt = 2.3^((celsius - 23)/10)

    a = 0.182*vtrap(-(v - mvhalf), mk)
    b = 0.124*vtrap(v - mvhalf, mk)
    mInf = a/(a + b)
    mTau = 1/(qt*(a + b))

    a = 0.015*vtrap(v - hvhalf, hk)
    b = 0.015*vtrap(-(v - hvhalf), hk)
    hInf = a/(a + b)
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
