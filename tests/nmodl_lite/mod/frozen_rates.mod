TITLE Linear KINETIC scheme whose rates read its own states: held fixed in a step, iterated for the steady state

NEURON {
    SUFFIX frozen_rates
    RANGE rate
}
PARAMETER {
    part = 0.2 (/ms)
}
ASSIGNED {
    v (mV)
    rate (/ms)
}
STATE {
    slow
    fast
    store[2]
}
INITIAL {
    slow = 0.5
    fast = 0.25
    SOLVE moving STEADYSTATE sparse
}
BREAKPOINT {
    SOLVE moving METHOD sparse
}
KINETIC moving {
    rate = 0.1 + feedback()*exp(v/60)
    ~ slow <-> fast (rate, part)
    ~ fast <-> store[0] (part, 2*part)
    CONSERVE slow + fast + store[0] = 1
}
FUNCTION feedback() {
    feedback = 3*fast/(1 + slow)
}
