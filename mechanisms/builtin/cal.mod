TITLE cal: high-threshold, non-inactivating (L-type) calcium current

COMMENT
McCormick DA, Huguenard JR (1992) A model of the electrophysiological properties of thalamocortical relay neurons.
J Neurophysiol 68:1384-1400 (m^2). Q10 3 from 23.5 degC.
The current is that of Goldman, Hodgkin and Katz: Hodgkin AL, Katz B (1949) J Physiol 108:37-77, for a permeability `pbar`.
ENDCOMMENT

NEURON {
    SUFFIX cal
    USEION ca READ cai, cao WRITE ica
    RANGE pbar, vshift, ica, minf, mtau
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (molar) = (1/liter)
    (mM) = (millimolar)
    FARADAY = (faraday) (coulomb)
    R = (k-mole) (joule/degC)
}

PARAMETER {
    pbar = 0.1e-3 (cm/s) : maximal permeability
    vshift = 0 (mV) : moves the gates along the voltage axis
}

ASSIGNED {
    v (mV)
    celsius (degC)
    cai (mM)
    cao (mM)
    ica (mA/cm2)
    minf
    mtau (ms)
}

STATE { m }

INITIAL {
    rates(v - vshift)
    m = minf
}

BREAKPOINT {
    SOLVE gates METHOD cnexp
    ica = pbar*m*m*ghk(v, cai, cao)
}

DERIVATIVE gates {
    rates(v - vshift)
    m' = (minf - m)/mtau
}

: charge per volume moved by a pore of unit permeability; inward flux is negative
FUNCTION ghk(v (mV), ci (mM), co (mM)) (.001 coul/cm3) {
    LOCAL x, r

    x = (1e-3)*2*FARADAY*v/(R*(celsius + 273.15(degC)))
    r = exprelr(x)
    ghk = (.001)*2*FARADAY*(ci*(r + x) - co*r)
}

UNITSOFF

: x/(exp(x) - 1), by its series near 0; exprelr(-x) = exprelr(x) + x
FUNCTION exprelr(x) {
    if (fabs(x) < 1e-4) {
        exprelr = 1 - x/2 + x*x/12
    } else {
        exprelr = x/(exp(x) - 1)
    }
}

PROCEDURE rates(v (mV)) {
    LOCAL a, b

    a = 1.6/(1 + exp(-0.072*(v - 5)))
    b = 0.02*vtrap(v - 1.31, 5.36)
    mtau = 1/(3^((celsius - 23.5)/10)*(a + b))
    minf = a/(a + b)
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
