TITLE a block may change its own copy of v

NEURON {
    SUFFIX shifted
    NONSPECIFIC_CURRENT i
    RANGE g, minf, taum
}

PARAMETER { g = 1e-4 (S/cm2) }

ASSIGNED {
    v (mV)
    i (mA/cm2)
    minf
    taum (ms)
}

STATE { m }

INITIAL {
    rates()
    m = minf
}

BREAKPOINT {
    SOLVE gate METHOD cnexp
    i = g*m*(v + 80)
}

DERIVATIVE gate {
    rates()
    m' = (minf - m)/taum
}

PROCEDURE rates() {
    if (v == -35) { v = v + 0.0001 }
    v = v + 10
    minf = 1/(1 + exp(-(v + 30)/8))
    if (v < -40) {
        taum = 1 + exp((v + 40)/20)
    } else {
        taum = 2 + exp(-(v + 40)/30)
    }
    v = v - 10
}
