TITLE An electrode beside a leak: NEURON lets all currents of such a mechanism flow as from an electrode
NEURON {
    POINT_PROCESS Mixed
    NONSPECIFIC_CURRENT leak
    ELECTRODE_CURRENT i
    RANGE g, leak, i, amp, on
}
UNITS { (nA) = (nanoamp) (mV) = (millivolt) (uS) = (microsiemens) }
PARAMETER { g = 0.0005 (uS) amp = 0.05 (nA) on = 8 (ms) }
ASSIGNED { v (mV) leak (nA) i (nA) }
BREAKPOINT {
    leak = g*(-60 - v)
    i = 0
    if (t > on) { i = amp }
}
