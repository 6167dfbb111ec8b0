TITLE PROTECT, MUTEXLOCK and MUTEXUNLOCK: an instance is never shared, so that they need do nothing

NEURON {
    THREADSAFE
    SUFFIX locks
    RANGE n, m
}

ASSIGNED { v n m }

INITIAL {
    n = 0
    m = 0
}

BREAKPOINT { SOLVE count }

PROCEDURE count() {
    PROTECT n = n + 1
    MUTEXLOCK
    m = m + n
    MUTEXUNLOCK
}
