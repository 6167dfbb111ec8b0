TITLE PlayClamp: current that follows a table

COMMENT
The current amps[k] nA from del + times[k] ms on (times ascend), or from del + k*interval where interval > 0; the last one to the
end, del + dur, and none before the first and after the end. With linear = 1 it goes straight from one to the next; two of one time
are a jump. As IClamp whose amp NEURON's Vector.play moves, held or with its argument `continuous`. Positive current depolarises.
ENDCOMMENT

NEURON {
    POINT_PROCESS PlayClamp
    ELECTRODE_CURRENT i
    RANGE del, dur, interval, linear, i
    VECTOR times
    VECTOR amps
}

UNITS {
    (nA) = (nanoamp)
}

PARAMETER {
    del = 0 (ms)
    dur = 1e9 (ms) <0, 1e9>
    interval = 0 (ms) <0, 1e9>
    linear = 0 <0, 1>
}

ASSIGNED {
    i (nA)
    k           : the entry that holds now, -1 before the first
    from (nA)   : its current
    to (nA)     : the next one's
    begin (ms)  : when it begins
    length (ms) : ... and how long it lasts, 0 for the last one
}

INITIAL {
    k = -1
    i = 0
    from = 0
    to = 0
    begin = 0
    length = 0
    if (vector_size(amps) > 0) {
        if (time_of(0) > 0) {
            net_send(time_of(0), 1)
        } else if (time_of(0) <= 0) {
            net_send(0, 1)
        }
    }
}

BREAKPOINT {
    if (k < 0 || t >= del + dur) {
        i = 0
    } else if (linear == 1 && length > 0) {
        i = from + (to - from)*((t - begin)/length)
    } else {
        i = from
    }
}

FUNCTION time_of(n) (ms) {
    if (interval > 0) {
        time_of = del + n*interval
    } else {
        time_of = del + vector_value(times, n)
    }
}

NET_RECEIVE(w) {
    LOCAL last, next, more

    if (flag == 1) {
        last = vector_size(amps) - 1
        more = 1
        while (more) { : the last of those that are due
            k = k + 1
            begin = time_of(k)
            more = 0
            if (k < last) {
                next = time_of(k + 1)
                if (next <= begin || next <= t) {
                    more = 1
                }
            }
        }
        from = vector_value(amps, k)
        to = from
        length = 0
        if (k < last) {
            if (next > begin) {
                to = vector_value(amps, k + 1)
                length = next - begin
                net_send(next - t, 1)
            }
        }
    }
}
