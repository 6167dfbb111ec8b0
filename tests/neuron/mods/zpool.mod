TITLE Keeps both concentrations of the ion z
NEURON {
    SUFFIX zpool
    USEION z READ iz, ez WRITE zi, zo VALENCE -1
    RANGE seen, first
}
UNITS { FARADAY = (faraday) (coulomb) (mA) = (milliamp) (mM) = (milli/liter) }
PARAMETER { depth = 0.5 start = 8 (mM) }
ASSIGNED { iz (mA/cm2) ez (mV) seen (mV) first (mV) }
STATE { zi (mM) zo (mM) }
INITIAL {
    zi = start
    zo = 110
    first = ez
}
BREAKPOINT {
    SOLVE pools METHOD cnexp
    seen = ez
}
DERIVATIVE pools {
    zi' = (1e4)*iz/(FARADAY*depth)
    zo' = -(1e4)*iz/(FARADAY*depth) + (110 - zo)/20
}
