TITLE forward Euler

NEURON {
    SUFFIX forward
    RANGE rate
}

PARAMETER { rate = 0.2 (/ms) }

ASSIGNED { v (mV) }

STATE { x s }

INITIAL {
    x = 1
    s = 2
}

BREAKPOINT { SOLVE both METHOD euler }

DERIVATIVE both {
    x' = -rate*x*s
    s' = x - s*0.1 + v/1000
}
