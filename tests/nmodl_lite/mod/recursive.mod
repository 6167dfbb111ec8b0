TITLE FUNCTIONs and PROCEDUREs that call themselves, and one another
NEURON {
    SUFFIX recursive
    NONSPECIFIC_CURRENT i
    RANGE x, y, z, w, n, steps, sum
}
PARAMETER { n = 6 }
ASSIGNED { v (mV) i (mA/cm2) x y z w steps sum }
STATE { m }
INITIAL {
    x = factorial_of(n)
    y = is_even(7) + 10*is_even(8)
    m = 0
    steps = 0
    sum = 0
    descend(5)
    z = ackermann(2, 2)
}
BREAKPOINT {
    SOLVE s METHOD cnexp
    w = fibonacci(5 + (v > -60)) + steps
    i = 1e-6*power_of(v, 3)
}
DERIVATIVE s { m' = (power_of(0.9, 4) - m)/5 }
FUNCTION factorial_of(k) { if (k < 2) { factorial_of = 1 } else { factorial_of = k*factorial_of(k - 1) } }
FUNCTION is_even(k) { if (k == 0) { is_even = 1 } else { is_even = is_odd(k - 1) } }
FUNCTION is_odd(k) { is_odd = k > 0 && is_even(k - 1) }
FUNCTION ackermann(a, b) {
    if (a == 0) { ackermann = b + 1
    } else if (b == 0) { ackermann = ackermann(a - 1, 1)
    } else { ackermann = ackermann(a - 1, ackermann(a, b - 1)) }
}
FUNCTION fibonacci(k) { LOCAL j
    fibonacci = k
    if (k > 1) {
        fibonacci = 0
        FROM j = 1 TO 2 { fibonacci = fibonacci + fibonacci(k - j) }
    }
}
FUNCTION power_of(a, k) { if (k == 0) { power_of = 1 } else { power_of = a*power_of(a, k - 1) } }
PROCEDURE descend(k) {
    steps = steps + 1
    add(k)
    if (k > 0) { descend(k - 1) }
    sum = sum*1.5
}
PROCEDURE add(k) { sum = sum + k*n }
