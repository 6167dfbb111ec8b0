TITLE one name, several meanings: the innermost counts

NEURON {
    SUFFIX scopes
    RANGE a, y, z, w, gamma, index
    NONSPECIFIC_CURRENT i
}

PARAMETER { a = 2 gamma = 0.3 }

ASSIGNED { v y z w index i }

STATE { m }

INITIAL {
    LOCAL a
    a = 5
    y = a
    index = 0
}

BREAKPOINT {
    LOCAL z1, exp1
    SOLVE s METHOD cnexp
    z1 = a
    if (z1 > 1) {
        LOCAL z1
        z1 = 10
        y = z1
        {
            LOCAL a
            a = 100
            y = y + a
        }
    }
    z = z1 + a + y
    exp1 = exp(-gamma)
    w = shadow(a, 3) + i_of(v) + exp1
    index = index + 1
    i = gamma*1e-5*(v + 60)
}

DERIVATIVE s {
    LOCAL w
    w = a
    m' = (m_inf(w) - m)/tau(v)
}

FUNCTION shadow(m, gamma) {
    LOCAL y
    y = m*gamma
    m = y + 1
    shadow = m
}

FUNCTION m_inf(v) { m_inf = 1/(1 + exp(-v)) }

FUNCTION tau(t) { tau = 1 + t*t/1000 }

FUNCTION i_of(i) {
    LOCAL v
    v = i + 1
    i_of = v
}
