TITLE K_P: persistent (slowly inactivating) potassium current

COMMENT
Korngreen A, Sakmann B (2000) Voltage-gated K+ channels in layer 5 neocortical pyramidal neurones from young rats:
subtypes and gradients. J Physiol 525:621-639; Q10 2.3 from 21 degC.
Parameter names are those of the Allen Cell Types biophysical models.
ENDCOMMENT

NEURON {
    SUFFIX K_P
    USEION k READ ek WRITE ik
    RANGE gbar, vshift, tauF, g, ik, mInf, mTau, hInf, hTau
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}

PARAMETER {
    gbar = 0.00001 (S/cm2)
    vshift = 0 (mV) : moves the curves along the voltage axis
    tauF = 1 : scales the time constant of activation
}

ASSIGNED {
    v (mV)
    celsius (degC)
    ek (mV)
    ik (mA/cm2)
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
    g = gbar*m*m*h
    ik = g*(v - ek)
}

DERIVATIVE gates {
    rates(v)
    m' = (mInf - m)/mTau
    h' = (hInf - h)/hTau
}

UNITSOFF

PROCEDURE rates(v (mV)) {
    LOCAL qt

    qt = 2.3^((celsius - 21)/10)

    mInf = 1/(1 + exp(-(v + 14.3 - vshift)/14.6))
    if (v < -50 + vshift) {
        mTau = tauF*(1.25 + 175.03*exp(0.026*(v - vshift)))/qt
    } else {
        mTau = tauF*(1.25 + 13*exp(-0.026*(v - vshift)))/qt
    }
    hInf = 1/(1 + exp((v + 54 - vshift)/11))
    hTau = (360 + (1010 + 24*(v + 55 - vshift))*exp(-((v + 75 - vshift)/48)^2))/qt
}

UNITSON
