TITLE IntFire1: leaky integrator of events, with a refractory period

COMMENT
m decays with tau; an event adds its weight to it. Where that takes m beyond 1, the cell fires and is refractory for `refrac`
ms: events have no effect then, and m starts again from 0 (it reads 2 meanwhile). Names, defaults and meaning are NEURON's.
ENDCOMMENT

NEURON {
    ARTIFICIAL_CELL IntFire1
    RANGE tau, refrac, m
}

PARAMETER {
    tau = 10 (ms) <1e-9, 1e9>
    refrac = 5 (ms) <0, 1e9>
}

ASSIGNED {
    m
    since (ms)  : when m was brought up to date
    refractory
}

INITIAL {
    m = 0
    since = 0
    refractory = 0
}

: flag of the self-event: 1 the refractory period ends
NET_RECEIVE(w) {
    if (flag == 1) {
        refractory = 0
        m = 0
        since = t
    } else if (refractory == 0) {
        m = m*exp(-(t - since)/tau) + w
        since = t
        if (m > 1) {
            refractory = 1
            m = 2
            net_send(refrac, 1)
            net_event(t)
        }
    }
}
