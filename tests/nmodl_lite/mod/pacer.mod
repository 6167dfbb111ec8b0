TITLE ARTIFICIAL_CELL: events in, events out

NEURON {
    ARTIFICIAL_CELL pacer
    RANGE tau, m, n_in, n_self
    GLOBAL refractory
}

PARAMETER {
    tau = 5 (ms) <1e-9, 1e9>
    refractory = 1.7 (ms)
}

ASSIGNED {
    m
    t0 (ms)
    n_in
    n_self
    quiet
}

INITIAL {
    m = 0
    t0 = t
    n_in = 0
    n_self = 0
    quiet = 0
    net_send(4.2, 3)
}

NET_RECEIVE (w, count) {
    INITIAL { count = 10 }
    m = m*exp(-(t - t0)/tau)
    t0 = t
    if (flag == 0) {
        n_in = n_in + 1
        count = count + 1
        m = m + w
        if (m > 0.003 && !quiet) {
            net_event(t)
            quiet = 1
            net_send(refractory, 1)
        }
    } else {
        n_self = n_self + flag
        if (flag == 1) { quiet = 0 } else { net_event(t) }
    }
}
