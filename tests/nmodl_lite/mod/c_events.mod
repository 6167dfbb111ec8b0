: Events in C: arguments of the connection through _args, self-events with the time at which they are due, at_time, static variables.
NEURON {
    POINT_PROCESS c_events
    RANGE e, tau, received, returned, rise, phase
    NONSPECIFIC_CURRENT i
}
PARAMETER {
    tau = 3 (ms)
    e = 0 (mV)
}
ASSIGNED {
    v (mV)
    i (nA)
    received
    returned
    rise
    phase
}
STATE { g (uS) }
INITIAL {
    g = 0
    received = 0
    returned = 0
    rise = 0
}
BREAKPOINT {
    VERBATIM
    if (at_time(nrn_threads, 4.0)) phase += 1;
    ENDVERBATIM
    SOLVE decay METHOD cnexp
    i = g*(v - e)
}
DERIVATIVE decay { g' = -g/tau }
NET_RECEIVE (weight (uS), n) {
    VERBATIM
    static int calls = 3;
    calls++;
    received = calls;
    if (_lflag == 0) {
        _args[1] += 1;
        rise = _args[0]*_args[1];
        net_send(_tqitem, _args, _pnt, t + 0.6, 1.);
        return;
    }
    returned = returned*2 + t;
    ENDVERBATIM
    g = g + rise
    if (flag == 1 && returned > 5) { net_send(1e9, 2) }
}
