TITLE Ca_LVA: low-voltage-activated (T-type) calcium current

COMMENT
Avery RB, Johnston D (1996) Multiple channel types contribute to the low-voltage-activated calcium current in hippocampal
CA3 pyramidal neurons. J Neurosci 16:5567-5582; time constants from Randall AD, Tsien RW (1997) Neuropharmacology
36:879-893. Moved by -10 mV for the junction potential; Q10 2.3 from 21 degC.
Parameter names are those of the Allen Cell Types biophysical models.
ENDCOMMENT

NEURON {
    SUFFIX Ca_LVA
    USEION ca READ eca WRITE ica
    RANGE gbar, g, ica, mInf, mTau, hInf, hTau
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
    eca (mV)
    ica (mA/cm2)
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
    ica = g*(v - eca)
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

    mInf = 1/(1 + exp(-(v + 40)/6))
    mTau = (5 + 20/(1 + exp((v + 35)/5)))/qt
    hInf = 1/(1 + exp((v + 90)/6.4))
    hTau = (20 + 50/(1 + exp((v + 50)/7)))/qt
}

UNITSON
