TITLE x' read: the slope of the last step

NEURON {
    SUFFIX slopes
    RANGE y, z, sum
    NONSPECIFIC_CURRENT i
}

ASSIGNED { v (mV) i y z sum }

STATE { x w u }

INITIAL {
    x = 1
    w = 2
    sum = 0
}

BREAKPOINT {
    SOLVE s METHOD euler
    z = x' + u'
    i = 1e-5*(v + 65)
}

DERIVATIVE s {
    x' = -x*w
    w' = 0.1*(x' - w)
    u' = w' + v/1000
    y = x'
    sum = sum + w'
}
