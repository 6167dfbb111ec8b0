: WATCH: conditions that become true in the same step are told in the order of the file; one on a variable that only events
: change; one that holds when it begins to be watched waits until it has been false.

NEURON {
    POINT_PROCESS crossed
    RANGE x, order, times
}

ASSIGNED {
    v (mV)
    x
    order
    times
}

INITIAL {
    x = 0
    order = 0
    times = 0
    net_send(0.21, 1)
}

NET_RECEIVE(w) {
    if (flag == 0) {
        x = x + 1
    } else if (flag == 1) {
        WATCH (v > -68) 4 WATCH (v > -50) 5 WATCH (v > -50.001) 6
        WATCH (x > 1) 7, (x < 1) 8, (x > 2.5) 9
        x = x + 0.1
    } else {
        order = 10*order + flag - 3
        times = times + t*flag
        if (flag == 9) { x = 0 }
        if (flag == 7) { net_event(t) }
    }
}
