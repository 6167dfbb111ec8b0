TITLE PoissonStim: generator of Poisson spike trains

COMMENT
A Poisson process of constant rate while start <= t < start + dur; independent of dt, since intervals are drawn from the
exponential distribution. Cox DR, Miller HD (1965) The Theory of Stochastic Processes, Methuen, chapter 4.
ENDCOMMENT

NEURON {
    ARTIFICIAL_CELL PoissonStim
    RANGE rate, start, dur
    RANDOM r
}

PARAMETER {
    rate = 10 (Hz) <0, 1e9>
    start = 0 (ms) <0, 1e9>
    dur = 1e9 (ms) <0, 1e9>
}

INITIAL {
    if (rate > 0) {
        net_send(start + interval(), 1)
    }
}

FUNCTION interval() (ms) {
    interval = (1000)/rate*random_negexp(r)
}

NET_RECEIVE(w) {
    if (flag == 1 && t < start + dur) {
        net_event(t)
        net_send(interval(), 1)
    }
}
