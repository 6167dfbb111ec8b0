TITLE A channel that two molecules open together: KINETIC, but not linear

NEURON {
    SUFFIX dimer
    NONSPECIFIC_CURRENT i
    RANGE g, e
}
PARAMETER { g = 0.01 (S/cm2)  e = 0 (mV) }
ASSIGNED { v (mV)  i (mA/cm2)  a (/ms)  b (/ms) }
STATE { s d }
INITIAL { s = 1  d = 0 }
BREAKPOINT { SOLVE kin METHOD sparse  i = g*d*(v - e) }
KINETIC kin {
    a = 2*exp((v + 30)/20)
    b = 2*exp(-(v + 30)/20)
    ~ s + s <-> d (a, b)
}
