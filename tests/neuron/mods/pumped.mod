TITLE Calcium with a pump whose current it carries itself; the concentration is set in BREAKPOINT
NEURON {
    SUFFIX pumped
    USEION ca READ cai, ica WRITE cai, ica
    RANGE depth, top, half, pump, ca
}
UNITS { FARADAY = (faraday) (coulomb) (mA) = (milliamp) (mM) = (milli/liter) (um) = (micron) }
PARAMETER { depth = 0.2 (um) top = 0.002 (mA/cm2) half = 3e-4 (mM) }
ASSIGNED { cai (mM) ica (mA/cm2) pump (mA/cm2) v (mV) }
STATE { ca (mM) }
INITIAL {
    ca = cai
    pump = 0
}
BREAKPOINT {
    SOLVE pool METHOD cnexp
    publish()
    pump = top*ca/(ca + half) - top*5e-5/(5e-5 + half)
    ica = pump
}
DERIVATIVE pool { ca' = -(1e4)*ica/(2*FARADAY*depth) }
PROCEDURE publish() { cai = ca }
