TITLE t, dt and celsius, where blocks may read them

NEURON {
    SUFFIX clock
    RANGE start, now, later, stride, q10, waited
    NONSPECIFIC_CURRENT i
}

PARAMETER {
    celsius = 6.3 (degC)
    dt (ms)
}

ASSIGNED {
    v (mV)
    i (mA/cm2)
    start (ms)
    now (ms)
    later (ms)
    stride (ms)
    waited (ms)
    q10
}

STATE { x }

INITIAL {
    start = t
    x = t + celsius
    waited = 0
}

BREAKPOINT {
    SOLVE advance METHOD cnexp
    now = t
    i = 1e-4*sin(t) + 1e-6*v
}

DERIVATIVE advance {
    q10 = 3^((celsius - 6.3)/10)
    later = t
    stride = dt
    if (t > 2 && t <= 5) { waited = waited + dt }
    x' = q10*(cos(t) - x)
}
