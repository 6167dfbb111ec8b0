TITLE A POINTER: in the current, in an equation, in a function and in INITIAL

NEURON {
    POINT_PROCESS borrowed
    POINTER pre, unused
    NONSPECIFIC_CURRENT i
    RANGE g, i, seen
}

PARAMETER { g = 1e-4 (uS) }

ASSIGNED { v (mV) pre (mV) unused i (nA) seen (mV) }

STATE { s }

INITIAL { s = open(pre) }

BREAKPOINT {
    SOLVE states METHOD cnexp
    seen = pre
    i = g*s*(v - pre)
}

DERIVATIVE states { s' = (open(pre) - s)/2 }

FUNCTION open(x (mV)) { open = 1/(1 + exp(-(x + 40)/5)) }
