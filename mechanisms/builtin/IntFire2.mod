TITLE IntFire2: leaky integrator of a current that events change

COMMENT
    taus*i' = ib - i        an event adds its weight to i
    taum*m' = i - m         m = 1 fires and resets m to 0, not i

taus is longer than taum. Names, defaults and meaning are NEURON's. Between events both are sums of exponentials.
When it fires: with i never above its present value or ib, m stays below the solution for that constant current. The time this one
takes to 1 is safe to skip, and skipping it again and again converges to the time at which m is 1.
ENDCOMMENT

NEURON {
    ARTIFICIAL_CELL IntFire2
    RANGE taus, taum, ib, i, m
}

PARAMETER {
    taus = 20 (ms) <1e-9, 1e9>
    taum = 10 (ms) <1e-9, 1e9>
    ib = 0
}

ASSIGNED {
    i
    m
    since (ms)  : when i and m were brought up to date
}

INITIAL {
    if (taus <= taum) {
        taus = taum + 0.1
    }
    i = ib
    m = 0
    since = 0
    net_send(wait(), 1)
}

FUNCTION i_after(s (ms)) {
    i_after = ib + (i - ib)*exp(-s/taus)
}

FUNCTION m_after(s (ms)) {
    m_after = ib + (i - ib)*taus/(taus - taum)*exp(-s/taus) + (m - ib - (i - ib)*taus/(taus - taum))*exp(-s/taum)
}

: ms until m is 1, or until then at least; 1e9 if it never is
FUNCTION wait() (ms) {
    LOCAL s, most, missing, n
    s = 0 (ms)
    n = 0
    missing = 1 - m
    while (missing > 1e-12 && n < 100) {
        most = i_after(s)
        if (most < ib) {
            most = ib
        }
        if (most > 1) {
            s = s + taum*log(1 + missing/(most - 1))
            missing = 1 - m_after(s)
            n = n + 1
        } else {
            s = 1e9 (ms)
            missing = 0
        }
    }
    if (s > 1e9) {
        s = 1e9 (ms)
    }
    wait = s
}

: flag of the self-event: 1 m may have reached 1
NET_RECEIVE(w) {
    LOCAL later
    later = m_after(t - since)
    i = i_after(t - since)
    m = later
    since = t
    if (flag == 1) {
        if (m > 1 - 1e-9) {
            net_event(t)
            m = 0
        }
        net_send(wait(), 1)
    } else {
        i = i + w
        net_move(t + wait())
    }
}
