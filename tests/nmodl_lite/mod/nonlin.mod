TITLE a nonlinear pair of equations, solved implicitly
: replay tolerance 1e-6: NEURON's Newton iteration stops when a change is below 1e-6

NEURON {
    SUFFIX nonlin
    NONSPECIFIC_CURRENT i
    RANGE a, b, i, product
}

PARAMETER {
    a = 0.7
    b = 0.8
}

ASSIGNED {
    v (mV)
    i (mA/cm2)
    product
}

STATE { x FROM 0 TO 10 s n }

INITIAL {
    x = 0.2
    s = -0.1
    n = 1
}

BREAKPOINT {
    SOLVE pair METHOD derivimplicit
    i = 1e-5*x*(v + 65)
}

DERIVATIVE pair {
    LOCAL cube
    cube = x*x*x/3
    if (v > -60) {
        cube = cube*1.1
    }
    x' = x - cube - s + stimulus(v)
    s' = 0.08*(x + a - b*s)
    n' = -n*n + exp(-n)*0.1
    product = x*s
}

FUNCTION stimulus(v (mV)) {
    stimulus = 0.5 + 0.01*(v + 65)
}
