TITLE IntFire4: leaky integrator with a fast excitatory and a slower inhibitory current

COMMENT
    e' = -e/taue                        an event of positive weight adds it to e
    i1' = -i1/taui1                     one of negative weight adds it to i1
    i2' = -i2/taui2 + i1
    m' = -m/taum + ae*e + ai*i2         m = 1 fires and resets m to 0, nothing else

ae and ai are such that a single event of weight 1 (-1) takes a resting m to 1 (-1) at its peak. taue < taui1 < taui2 < taum.
Names, defaults and meaning are NEURON's. Between events all are sums of exponentials.
When it fires: inhibition only delays m, and e only decays, so m stays below the solution for the present e alone, held constant. The
time this one takes to 1 is safe to skip, and skipping it again and again converges to the time at which m is 1.
ENDCOMMENT

NEURON {
    ARTIFICIAL_CELL IntFire4
    RANGE taue, taui1, taui2, taum, e, i1, i2, m
}

PARAMETER {
    taue = 5 (ms) <1e-9, 1e9>
    taui1 = 10 (ms) <1e-9, 1e9>
    taui2 = 20 (ms) <1e-9, 1e9>
    taum = 50 (ms) <1e-9, 1e9>
}

ASSIGNED {
    e
    i1
    i2 (ms)
    m
    ae (/ms)
    ai (/ms2)
    since (ms)  : when e, i1, i2 and m were brought up to date
}

INITIAL {
    LOCAL s
    if (taui1 > taui2) {
        s = taui1
        taui1 = taui2
        taui2 = s
    }
    : equal time constants have no sum of exponentials
    if (taui2 - taui1 < 1e-4*taui2) {
        taui1 = taui2*(1 - 1e-4)
    }
    if (fabs(taum - taue) < 1e-4*taum) {
        taue = taum*(1 - 1e-4)
    }
    if (fabs(taum - taui2) < 1e-4*taum) {
        taum = taui2*(1 + 2e-4)
    }
    if (fabs(taum - taui1) < 1e-4*taum) {
        taum = taui1*(1 - 2e-4)
    }
    since = 0
    m = 0
    e = 1
    i1 = 0
    i2 = 0
    ae = 1 (/ms)
    ai = 1 (/ms2)
    s = log(taum/taue)/(1/taue - 1/taum)
    ae = ae/m_after(s)
    e = 0
    i1 = 1
    ai = ai/m_after(peak())
    i1 = 0
    net_send(1e9, 1)
}

FUNCTION i2_after(s (ms)) (ms) {
    LOCAL r
    r = 1/taui1 - 1/taui2
    i2_after = (i2 + i1/r)*exp(-s/taui2) - i1/r*exp(-s/taui1)
}

FUNCTION m_after(s (ms)) {
    LOCAL r, of_e, of_i1, of_i2
    r = 1/taui1 - 1/taui2
    of_e = ae*e/(1/taue - 1/taum)
    of_i2 = ai*(i2 + i1/r)/(1/taui2 - 1/taum)
    of_i1 = -ai*i1/r/(1/taui1 - 1/taum)
    m_after = (m + of_e + of_i1 + of_i2)*exp(-s/taum) - of_e*exp(-s/taue) - of_i1*exp(-s/taui1) - of_i2*exp(-s/taui2)
}

: ms from a first inhibitory event to the peak of m: where m' is 0 (it rises before, and falls after)
FUNCTION peak() (ms) {
    LOCAL low, high, s, n
    low = 0
    high = 10*(taui1 + taui2 + taum)
    n = 0
    while (n < 100) {
        s = (low + high)/2
        if (ai*i2_after(s) > m_after(s)/taum) {
            low = s
        } else {
            high = s
        }
        n = n + 1
    }
    peak = (low + high)/2
}

: ms until m is 1, or until then at least; 1e9 if it never is
FUNCTION wait() (ms) {
    LOCAL s, most, missing, n
    s = 0 (ms)
    n = 0
    missing = 1 - m
    while (missing > 1e-12 && n < 100) {
        most = taum*ae*e*exp(-s/taue)
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
    LOCAL s, later
    s = t - since
    later = m_after(s)
    i2 = i2_after(s)
    i1 = i1*exp(-s/taui1)
    e = e*exp(-s/taue)
    m = later
    since = t
    if (flag == 1) {
        if (m > 1 - 1e-9) {
            net_event(t)
            m = 0
        }
        net_send(wait(), 1)
    } else {
        if (w > 0) {
            e = e + w
        } else {
            i1 = i1 + w
        }
        net_move(t + wait())
    }
}
