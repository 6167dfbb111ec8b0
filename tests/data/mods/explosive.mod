: grows by itself, faster than any variable step, and diffuses; no current sees it

NEURON {
    SUFFIX explosive
    RANGE rate
}

PARAMETER { rate = 1000 (/ms) }

STATE { c d }

INITIAL {
    c = 1
    d = 1
}

BREAKPOINT { SOLVE growth METHOD cnexp }

DERIVATIVE growth {
    c' = rate*c
    d' = -d/(1 (ms))
}
