TITLE NoiseClamp: white noise through a sample and hold, or joined by lines

COMMENT
Every interval ms a number is drawn from the normal distribution of mean `mean` and standard deviation `std`, the first at t = del;
with linear = 1 the current goes straight from one to the next, else it holds the last one. No number depends on the step of the
run. While del <= t < del + dur; positive current depolarises. A seed >= 0 stands in the place of the cell and the instance:
instances of one seed draw the same numbers.
ENDCOMMENT

NEURON {
    POINT_PROCESS NoiseClamp
    ELECTRODE_CURRENT i
    RANGE del, dur, mean, std, interval, linear, seed, i
    RANDOM r
}

UNITS {
    (nA) = (nanoamp)
}

PARAMETER {
    del = 0 (ms)
    dur = 0 (ms) <0, 1e9>
    mean = 0 (nA)
    std = 0.1 (nA) <0, 1e9>
    interval = 0.5 (ms) <1e-9, 1e9>
    linear = 1 <0, 1>
    seed = -1
}

ASSIGNED {
    i (nA)
    n           : the sample that holds now, -1 before the first
    from (nA)
    to (nA)
    begin (ms)
}

INITIAL {
    if (seed >= 0) {
        random_setids(r, seed, 0, 1)
    }
    n = -1
    i = 0
    from = 0
    to = 0
    begin = 0
    if (dur > 0) {
        net_send(del, 1)
    }
}

BREAKPOINT {
    if (n < 0 || t >= del + dur) {
        i = 0
    } else if (linear == 1) {
        i = from + (to - from)*((t - begin)/interval)
    } else {
        i = from
    }
}

NET_RECEIVE(w) {
    if (flag == 1) {
        n = n + 1
        begin = del + n*interval
        if (n == 0) {
            from = mean + std*random_normal(r)
        } else {
            from = to
        }
        to = mean + std*random_normal(r)
        if (begin < del + dur) {
            net_send(del + (n + 1)*interval - t, 1)
        }
    }
}
