TITLE Kv2like: slow delayed-rectifier potassium current of Kv2 type

COMMENT
Keren N, Peled N, Korngreen A (2005) Constraining compartmental models using multiple voltage recordings and genetic
algorithms. J Neurophysiol 94:3730-3742, adjusted to the guangxitoxin-sensitive current of Liu PW, Bean BP (2014)
J Neurosci 34:4991-5002; Q10 2.3 from 21 degC.
Parameter names are those of the Allen Cell Types biophysical models.
ENDCOMMENT

NEURON {
    SUFFIX Kv2like
    USEION k READ ek WRITE ik
    RANGE gbar, g, ik, mInf, hInf, mTau, h1Tau, h2Tau
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
    hInf
    mTau (ms)
    h1Tau (ms)
    h2Tau (ms)
}

STATE { m h1 h2 }

INITIAL {
    rates(v)
    m = mInf
    h1 = hInf
    h2 = hInf
}

BREAKPOINT {
    SOLVE gates METHOD cnexp
    g = gbar*m*m*(0.5*h1 + 0.5*h2)
    ik = g*(v - ek)
}

DERIVATIVE gates {
    rates(v)
    m' = (mInf - m)/mTau
    h1' = (hInf - h1)/h1Tau
    h2' = (hInf - h2)/h2Tau
}

UNITSOFF

PROCEDURE rates(v (mV)) {
    LOCAL a, b, qt

    qt = 2.3^((celsius - 21)/10)

    a = 0.12*vtrap(-(v - 43), 11)
    b = 0.02*exp(-(v + 1.27)/120)
    mInf = a/(a + b)
    mTau = 2.5/(qt*(a + b))

    hInf = 1/(1 + exp((v + 58)/11))
    h1Tau = (360 + (1010 + 23.7*(v + 54))*exp(-((v + 75)/48)^2))/qt
    h2Tau = (2350 + 1380*exp(-0.011*v) - 210*exp(-0.03*v))/qt
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
