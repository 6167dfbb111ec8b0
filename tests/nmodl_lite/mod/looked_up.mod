: FUNCTION_TABLE: of one argument, of two, within their range and beyond it, in rates and in a current (whose slope NEURON then takes
: from a difference), called from a FUNCTION and with an argument that never changes.

NEURON {
    SUFFIX looked_up
    NONSPECIFIC_CURRENT i
    RANGE g, seen, fixed, late
}

PARAMETER { g = 0.001 (S/cm2) }

ASSIGNED {
    v (mV)
    i (mA/cm2)
    seen
    fixed
    late
}

STATE { m }

FUNCTION_TABLE inf(v (mV))
FUNCTION_TABLE tau(v (mV), t (ms)) (ms)
FUNCTION_TABLE other(v (mV))
FUNCTION_TABLE flat(v (mV))

FUNCTION twice(x (mV)) { twice = 2*inf(x) }

INITIAL {
    m = inf(v)
    fixed = inf(-33.3)
    seen = 0
    late = 0
}

BREAKPOINT {
    SOLVE relax METHOD cnexp
    late = tau(-20, 20*t) + other(v - t)
    seen = twice(v + 3*t)
    i = g*(m*flat(v) + inf(v))*(v + 50)
}

DERIVATIVE relax { m' = (inf(v) - m)/tau(v, t) }
