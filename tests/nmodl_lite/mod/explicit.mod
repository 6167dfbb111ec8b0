TITLE states advanced by a PROCEDURE, with arrays and loops

NEURON {
    SUFFIX explicit
    RANGE total, n, count, first
}

DEFINE SIZE 4

PARAMETER { decay = 0.1 (/ms) }

ASSIGNED {
    v (mV)
    dt (ms)
    total
    count
    first
    weight[SIZE]
}

STATE { pool[SIZE] n }

INITIAL {
    FROM i = 0 TO SIZE-1 {
        pool[i] = 1/(i + 1)
        weight[i] = i*i
    }
    n = 0.3
    count = 0
}

BREAKPOINT { SOLVE advance }

PROCEDURE advance() {
    LOCAL k, sum
    sum = 0
    FROM i = 1 TO SIZE-1 {
        pool[i] = pool[i] + dt*decay*(pool[i - 1] - pool[i])
        sum = sum + weight[i]*pool[i]
    }
    pool[0] = pool[0]*exp(-dt*decay)
    total = sum
    k = 0
    while (k < 3 && sum > 0.1) {
        sum = sum/2
        k = k + 1
    }
    FROM i = 0 TO k {
        first = pool[i]
    }
    count = count + k
    n = n + (1 - exp(-dt/5))*(inf(v) - n)
    if (t > 3.01) { n = n*0.999 }
}

FUNCTION inf(v (mV)) {
    inf = 1/(1 + exp(-(v + 40)/5))
}
