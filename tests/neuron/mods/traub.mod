TITLE Sodium and delayed rectifier of a spike, after Traub & Miles (1991) as cortical models use them, with a leak

NEURON {
    SUFFIX traub
    NONSPECIFIC_CURRENT i
    RANGE gna, gk, gl, el, vt, i
}

UNITS { (mA) = (milliamp) (mV) = (millivolt) (S) = (siemens) }

PARAMETER {
    gna = 0.1 (S/cm2)
    gk = 0.03 (S/cm2)
    gl = 5e-5 (S/cm2)
    el = -65 (mV)
    ena = 50 (mV)
    ek = -90 (mV)
    vt = -58 (mV)
}

ASSIGNED { v (mV) i (mA/cm2) }

STATE { m h n }

INITIAL {
    m = am(v)/(am(v) + bm(v))
    h = ah(v)/(ah(v) + bh(v))
    n = an(v)/(an(v) + bn(v))
}

BREAKPOINT {
    SOLVE gates METHOD cnexp
    i = gna*m*m*m*h*(v - ena) + gk*n*n*n*n*(v - ek) + gl*(v - el)
}

DERIVATIVE gates {
    m' = am(v)*(1 - m) - bm(v)*m
    h' = ah(v)*(1 - h) - bh(v)*h
    n' = an(v)*(1 - n) - bn(v)*n
}

FUNCTION am(v (mV)) (/ms) { UNITSOFF am = 1.28*ratio((13 - (v - vt))/4) UNITSON }
FUNCTION bm(v (mV)) (/ms) { UNITSOFF bm = 1.4*ratio((v - vt - 40)/5) UNITSON }
FUNCTION ah(v (mV)) (/ms) { UNITSOFF ah = 0.128*exp((17 - (v - vt))/18) UNITSON }
FUNCTION bh(v (mV)) (/ms) { UNITSOFF bh = 4/(1 + exp((40 - (v - vt))/5)) UNITSON }
FUNCTION an(v (mV)) (/ms) { UNITSOFF an = 0.16*ratio((15 - (v - vt))/5) UNITSON }
FUNCTION bn(v (mV)) (/ms) { UNITSOFF bn = 0.5*exp((10 - (v - vt))/40) UNITSON }

: x/(exp(x) - 1)
FUNCTION ratio(x) {
    if (fabs(x) < 1e-5) {
        ratio = 1 - x/2
    } else {
        ratio = x/(exp(x) - 1)
    }
}
