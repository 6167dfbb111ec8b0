: at_time, alone and in conditions, and state_discontinuity: in BREAKPOINT, where only the first of NEURON's two evaluations sets
: the state, also in a PROCEDURE; and in NET_RECEIVE.
: (In INITIAL NEURON ignores it in the first run of a process and obeys in those that follow; Rall always does.)

NEURON {
    POINT_PROCESS jumps
    NONSPECIFIC_CURRENT i
    RANGE te, n, on, used
}

PARAMETER {
    te = 1.21 (ms)
    jump = 0.4
}

ASSIGNED {
    v (mV)
    i (nA)
    n
    on
    used
}

STATE { a b c }

INITIAL {
    a = 1
    b = 2
    c = 0
    n = 0
    on = 0
    used = 0
}

BREAKPOINT {
    SOLVE relax METHOD cnexp
    count()
    if (at_time(te)) {
        state_discontinuity(a, a + jump*v)
        n = n + 1
    }
    at_time(3)
    on = 0
    if (t > 2.51 && t < 2.51 + 3) {
        at_time(2.51)
        on = 1
    }
    if (at_time(te + 5) || at_time(7.33)) { state_discontinuity(b, 3) } else { used = used + a }
    i = 0.001*a*v
}

DERIVATIVE relax {
    a' = -a/10
    b' = -b
    c' = -c/20
}

PROCEDURE count() {
    if (at_time(4.44)) { state_discontinuity(c, c + 1) }
    used = used + 0.001*at_time(te)
}

NET_RECEIVE(w) {
    INITIAL { state_discontinuity(b, 7) }
    state_discontinuity(b, b + 100*w)
}
