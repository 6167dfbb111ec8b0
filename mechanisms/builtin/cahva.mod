TITLE cahva: high-voltage-activated calcium current of neocortical pyramidal cells

COMMENT
Reuveni I, Friedman A, Amitai Y, Gutnick MJ (1993) Stepwise repolarization from Ca2+ plateaus in neocortical pyramidal
cells. J Neurosci 13:4609-4621 (m^2 h). Q10 2.3 from 23 degC, as Mainen ZF, Sejnowski TJ (1996) Nature 382:363-366.
The current is that of Goldman, Hodgkin and Katz: Hodgkin AL, Katz B (1949) J Physiol 108:37-77, for a permeability `pbar`.
ENDCOMMENT

NEURON {
    SUFFIX cahva
    USEION ca READ cai, cao WRITE ica
    RANGE pbar, vshift, ica, minf, mtau, hinf, htau
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
    hinf
    htau (ms)
}

STATE { m h }

INITIAL {
    rates(v - vshift)
    m = minf
    h = hinf
}

BREAKPOINT {
    SOLVE gates METHOD cnexp
    ica = pbar*m*m*h*ghk(v, cai, cao)
}

DERIVATIVE gates {
    rates(v - vshift)
    m' = (minf - m)/mtau
    h' = (hinf - h)/htau
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
    LOCAL a, b, qt

    qt = 2.3^((celsius - 23)/10)

    a = 0.055*vtrap(-27 - v, 3.8)
    b = 0.94*exp((-75 - v)/17)
    mtau = 1/(qt*(a + b))
    minf = a/(a + b)

    a = 0.000457*exp((-13 - v)/50)
    b = 0.0065/(exp((-v - 15)/28) + 1)
    htau = 1/(qt*(a + b))
    hinf = a/(a + b)
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
