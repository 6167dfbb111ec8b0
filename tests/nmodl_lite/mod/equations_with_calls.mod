TITLE LINEAR and NONLINEAR equations with LOCALs and calls
: replay tolerance 1e-6: NEURON's Newton iteration stops when a change is below 1e-6

NEURON {
    SUFFIX equations_with_calls
    RANGE k
}
PARAMETER {
    k = 3
}
ASSIGNED {
    v (mV)
}
STATE {
    o
    p
    z
    w
}
INITIAL {
    z = 1
    w = 1
    SOLVE pair
    SOLVE curved
}
BREAKPOINT {
    SOLVE pair
    SOLVE curved
}
FUNCTION weight(u) {
    LOCAL s
    s = u*u
    weight = 1 + s
}
LINEAR pair {
    LOCAL q
    q = 2 + v/100
    ~ q*o + p = weight(k)
    ~ o - weight(q)*p = 1
}
NONLINEAR curved {
    LOCAL q
    q = 2 + v/200
    ~ weight(z) + w = weight(q)
    ~ z*w = q
}
