TITLE spikes at given times
COMMENT
As NEURON's VecStim: each spike sends the event of the next one. For times that are sums of powers of two, so that t + (next - t) is next.
ENDCOMMENT

NEURON {
    ARTIFICIAL_CELL Train
    RANGE times, n
}

DEFINE MOST 200

PARAMETER { n = 0 }

ASSIGNED {
    times[MOST] (ms)
    played
}

INITIAL {
    played = 0
    if (n > 0) { net_send(times[0], 1) }
}

NET_RECEIVE(w) {
    LOCAL k
    if (flag == 1) {
        net_event(t)
        played = played + 1
        k = played
        if (k < n) { net_send(times[k] - t, 1) }
    }
}
