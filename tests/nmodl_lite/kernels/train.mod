TITLE Pulses of several kinds, whose edges the variable step must not overlook

NEURON {
    POINT_PROCESS train
    NONSPECIFIC_CURRENT i
    RANGE del, dur, per, amp, slow, i
}
PARAMETER {
    del = 10 (ms)
    dur = 2 (ms)
    per = 25 (ms)
    amp = 1 (nA)
    slow = 0 (ms)
}
ASSIGNED {
    v (mV)
    i (nA)
    last (ms)
}
INITIAL {
    last = 500
}
BREAKPOINT {
    at_time(del)
    i = 0
    if (t >= del && t < last) {
        if (phase(t) < dur) { i = amp }
    }
    if (v > slow) { i = i + 0.1*floor(t/100) }
    if (v < t) { i = i + 0.001 }
}
FUNCTION phase(t (ms)) (ms) {
    LOCAL since
    since = t - del
    phase = fmod(since, per)
}
