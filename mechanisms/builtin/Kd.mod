TITLE Kd: slowly inactivating D-type potassium current

COMMENT
Foust AJ, Yu Y, Popovic M, Zecevic D, McCormick DA (2011) Somatic membrane potential and Kv1 channels control spike
repolarization in cortical axon collaterals and presynaptic boutons. J Neurosci 31:15490-15498.
Parameter names are those of the Allen Cell Types biophysical models.
ENDCOMMENT

NEURON {
    SUFFIX Kd
    USEION k READ ek WRITE ik
    RANGE gbar, g, ik, mInf, mTau, hInf, hTau
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
    g = gbar*m*h
    ik = g*(v - ek)
}

DERIVATIVE gates {
    rates(v)
    m' = (mInf - m)/mTau
    h' = (hInf - h)/hTau
}

UNITSOFF

PROCEDURE rates(v (mV)) {
    mInf = 1/(1 + exp(-(v + 43)/8))
    mTau = 1
    hInf = 1/(1 + exp((v + 67)/7.3))
    hTau = 1500
}

UNITSON
