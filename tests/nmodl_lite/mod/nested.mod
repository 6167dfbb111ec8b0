TITLE functions within functions, some of which leave traces

NEURON {
    SUFFIX nested
    RANGE y, z, calls, deepest, w
}

PARAMETER { a = 2 }

ASSIGNED { v (mV) y z w calls deepest }

STATE { x }

INITIAL {
    calls = 0
    deepest = 0
    x = twice(once(0.25))
}

BREAKPOINT {
    SOLVE s METHOD cnexp
    y = twice(twice(once(v/100)))
    z = level(5, 2)
    level_up(z, 3)
    w = mixed(1) * 2 + mixed(-1)
}

DERIVATIVE s {
    LOCAL target, tau
    calls = 0
    target = twice(0.1)
    tau = once(a)
    x' = (target - x)/tau
}

FUNCTION once(u) {
    calls = calls + 1
    once = u*a + 1
}

FUNCTION twice(u) {
    LOCAL first
    first = once(u)
    twice = once(first) + first
}

FUNCTION level(n, k) {
    LOCAL n1
    n1 = n - k
    if (n1 > 0) {
        level = n1 + deeper(n1, k)
    }
}

FUNCTION deeper(n, k) {
    n = n*k
    deepest = n
    deeper = exp(-n) + n
}

PROCEDURE level_up(n, k) {
    LOCAL a
    a = n + k
    n = a
    deepest = deepest + n
    count()
}

PROCEDURE count() { calls = calls + 100 }

FUNCTION mixed(sign) {
    LOCAL sum
    sum = 0
    if (sign > 0) {
        LOCAL sum
        sum = 5
        mixed = sum*once(sign)
    } else if (sign < 0) {
        mixed = -sum - once(sign)
    }
    mixed = mixed + 1
}
