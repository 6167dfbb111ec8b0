TITLE Linear KINETIC scheme without CONSERVE, with a flux, a loss, reactions under conditions and in loops

NEURON {
    SUFFIX free_scheme
    RANGE inflow, x, n, m
}
DEFINE N 5
PARAMETER {
    inflow = 0.1
    forth = 2 (/ms)
    back = 1.5 (/ms)
}
ASSIGNED {
    v (mV)
    total
}
STATE {
    x[N]
    n
    m
}
INITIAL {
    FROM i = 0 TO N-1 {
        x[i] = 1/(i + 1)
    }
    n = 1
    m = 2
}
BREAKPOINT {
    SOLVE chain METHOD sparse
}
KINETIC chain {
    LOCAL slow
    ~ x[0] << (inflow)
    FROM i = 0 TO N-2 {
        ~ x[i] <-> x[i+1] (forth*(i + 1), back)
    }
    ~ x[N-1] -> (0.5)
    slow = 0.1*exp(v/50)
    if (v > -20) {
        ~ n <-> m (slow, back)
    } else {
        ~ n <-> m (forth, 3*slow)
        ~ m << (inflow*n)
    }
}
