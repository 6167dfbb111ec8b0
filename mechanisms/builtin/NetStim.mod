TITLE NetStim: generator of spike trains, regular to Poisson

COMMENT
`number` spikes from `start` on; an interval is (1 - noise)*interval plus noise*interval times an exponentially distributed
number of mean 1. With start < 0 it waits for an event: one of positive weight starts a train (ignored while one runs), one
of negative weight stops it. Names, defaults and meaning are NEURON's.
ENDCOMMENT

NEURON {
    ARTIFICIAL_CELL NetStim
    RANGE interval, number, start, noise
    RANDOM r
}

PARAMETER {
    interval = 10 (ms) <1e-9, 1e9>
    number = 10 <0, 1e9>
    start = 50 (ms)
    noise = 0 <0, 1>
}

ASSIGNED {
    on : 1 while a train runs
    sent : spikes of the train so far
}

INITIAL {
    on = 0
    sent = 0
    if (noise < 0) {
        noise = 0
    }
    if (noise > 1) {
        noise = 1
    }
    if (start >= 0 && number > 0) {
        on = 1
        net_send(first(start), 3)
    }
}

: the next interval, ms
FUNCTION next() (ms) {
    if (interval <= 0) {
        next = 0.01 (ms)
    } else {
        next = interval
    }
    if (noise > 0) {
        next = (1 - noise)*next + noise*next*random_negexp(r)
    }
}

: time to the first spike of a train that begins in `from` ms: noise*interval later on average
FUNCTION first(from (ms)) (ms) {
    first = from + next() - interval*(1 - noise)
    if (first < 0) {
        first = 0
    }
}

: flags of self-events: 1 a spike is due, 3 the train that INITIAL announced begins
NET_RECEIVE(w) {
    LOCAL wait

    if (flag == 0) {
        if (w > 0 && on == 0 && number > 0) {
            on = 1
            sent = 0
            net_send(first(0), 1)
        } else if (w < 0) {
            on = 0
        }
    } else if (on == 1) {
        if (flag == 3) {
            sent = 0
            net_send(0, 1)
        } else {
            sent = sent + 1
            net_event(t)
            wait = next()
            if (sent < number) {
                net_send(wait, 1)
            } else {
                on = 0
            }
        }
    }
}
