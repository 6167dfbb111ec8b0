TITLE Equations that see one another, in a chain, under a condition, through a function; algebra beside them

NEURON {
    SUFFIX coupled
    USEION ca READ cai WRITE cao
    RANGE twice, k
}
PARAMETER {
    k = 0.7 (/ms)
}
ASSIGNED {
    v (mV)
    cai (mM)
    cao (mM)
    twice
    rate (/ms)
}
STATE {
    x <1e-4>
    y
    z[3] <2>
    p
    q
}
INITIAL {
    x = 0.2
    y = 0.3
    z[0] = 1
    SOLVE balance
}
BREAKPOINT {
    SOLVE chain METHOD derivimplicit
    SOLVE balance
    SOLVE leaks METHOD euler
    twice = 2*x
}
DERIVATIVE chain {
    rate = k*exp(v/100)
    x' = -rate*x*y + 0.1*z[2]
    if (v > -50) {
        y' = x^2 - y
    } else {
        y' = tanh(x) - 2*y*z[0]
    }
    z[0]' = cai - rate*z[0]
    z[1]' = rate*z[0] - z[1]/(1 + z[2])
}
DERIVATIVE leaks {
    cao = 2 + x
    z[2]' = p*z[1] - fmin(z[2], 0.5)
}
LINEAR balance {
    ~ p + q = 1
    ~ p - 2*q = v/100
}
