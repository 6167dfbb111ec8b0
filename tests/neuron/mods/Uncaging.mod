TITLE A shell of calcium that flashes free: events change a concentration that an equation advances
NEURON {
    POINT_PROCESS Uncaging
    USEION ca READ cai WRITE cai
    RANGE freed, tau
}
UNITS { (mM) = (milli/liter) }
PARAMETER { tau = 3 (ms) rest = 1e-4 (mM) }
ASSIGNED { freed (mM) }
STATE { cai (mM) }
INITIAL { freed = 0 }
BREAKPOINT { SOLVE shell METHOD cnexp }
DERIVATIVE shell { cai' = (rest - cai)/tau }
NET_RECEIVE(w (mM)) {
    cai = cai + w
    freed = freed + w
}
