TITLE the Goldman-Hodgkin-Katz equation, NEURON's own and the idiom of old files

NEURON {
    SUFFIX goldman
    USEION ca READ cai, cao WRITE ica
    RANGE p, own, kion, zero, both
}

UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
    (mM) = (milli/liter)
    FARADAY = 96520 (coul)
    R = 8.3134 (joule/degC)
}

PARAMETER {
    p = 1e-5 (cm/s)
    celsius (degC)
}

ASSIGNED {
    v (mV)
    ica (mA/cm2)
    cai (mM)
    cao (mM)
    own
    kion
    zero
    both
}

BREAKPOINT {
    ica = p*nrn_ghk(v, cai, cao, 2)
    kion = nrn_ghk(v, 140, 5, 1)
    zero = nrn_ghk(0, 1, 2, 2) + nrn_ghk(v, 0.1, 0.1, -1)
    own = ghk_of(v, cai, cao)
    both = ica/own
}

FUNCTION ghk_of(v (mV), ci (mM), co (mM)) (mV) {
    LOCAL nu, f
    f = KTF(celsius)/2
    nu = v/f
    ghk_of = -f*(1. - (ci/co)*exp(nu))*efun(nu)
}

FUNCTION KTF(celsius (DegC)) (mV) {
    KTF = ((25./293.15)*(celsius + 273.15))
}

FUNCTION efun(z) {
    if (fabs(z) < 1e-4) {
        efun = 1 - z/2
    } else {
        efun = z/(exp(z) - 1)
    }
}
