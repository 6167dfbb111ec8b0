TITLE FROM and WHILE loops over arrays, with integers that stay integers

NEURON {
    SUFFIX loops
    RANGE a, b, c, sum, halves, n, steps, last
}

DEFINE N 6
DEFINE HALF 3

PARAMETER { n = 4.7 }

ASSIGNED { v (mV) a[N] b[N] c[HALF] sum halves steps last }

STATE { s[HALF] }

INITIAL {
    FROM i = 0 TO N-1 { a[i] = i*i }
    FROM i = 0 TO HALF-1 { s[i] = a[i + HALF]/10 }
}

BREAKPOINT {
    SOLVE move
    FROM i = 0 TO N-1 BY 2 {
        b[i] = a[i] + v
        b[i + 1] = -b[i]
    }
    halves = 0
    FROM i = 1 TO 5 { halves = halves + i/2 }
    sum = 0
    FROM i = 0 TO HALF-1 {
        FROM j = i TO 2*i + 1 {
            LOCAL part
            part = a[j]*s[i]
            sum = sum + part
        }
        c[i] = sum
    }
    FROM i = 3 TO 2 { sum = -1 }
    steps = 0
    last = v
    while (last > -80 && steps < 10) {
        last = last - 7.5
        steps = steps + 1
    }
    FROM i = 0 TO n { steps = steps + 1000 }
    WHILE (steps > 1e6) { steps = 0 }
    index(1, 2)
}

PROCEDURE move() {
    FROM i = 1 TO HALF-1 { s[i] = s[i] + dt*(s[i - 1] - s[i]) }
    s[0] = s[0] - dt*s[0]
}

PROCEDURE index(k, m) {
    LOCAL w[3]
    FROM i = 0 TO 2 { w[i] = 10*i }
    c[k] = c[k] + w[m]
    a[k + m] = a[k + m]
}
