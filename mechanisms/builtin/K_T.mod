TITLE K_T: transient potassium current (fast inactivating)

COMMENT
Korngreen A, Sakmann B (2000) Voltage-gated K+ channels in layer 5 neocortical pyramidal neurones from young rats:
subtypes and gradients. J Physiol 525:621-639; Q10 2.3 from 21 degC.
Parameter names are those of the Allen Cell Types biophysical models.
ENDCOMMENT

NEURON {
    SUFFIX K_T
    USEION k READ ek WRITE ik
    RANGE gbar, vshift, mTauF, hTauF, g, ik, mInf, mTau, hInf, hTau
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}

PARAMETER {
    gbar = 0.00001 (S/cm2)
    vshift = 0 (mV) : moves the curves along the voltage axis
    mTauF = 1 : scales the time constant of activation
    hTauF = 1 : scales the time constant of inactivation
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
    g = gbar*m*m*m*m*h
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

    mInf = 1/(1 + exp(-(v + 47 - vshift)/29))
    mTau = (0.34 + mTauF*0.92*exp(-((v + 71 - vshift)/59)^2))/qt
    hInf = 1/(1 + exp((v + 66 - vshift)/10))
    hTau = (8 + hTauF*49*exp(-((v + 73 - vshift)/23)^2))/qt
}

UNITSON
