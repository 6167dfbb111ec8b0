: expect: f takes 1 argument, here it gets 2
NEURON {
    SUFFIX bad
    NONSPECIFIC_CURRENT i
    RANGE g
}
PARAMETER { g = 0.001 (S/cm2) }
ASSIGNED { v (mV) i (mA/cm2) }
BREAKPOINT { i = f(v, g) }
FUNCTION f(x) { f = x }
