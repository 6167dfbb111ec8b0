: A current that changes at random times to random amounts, each from a stream of the instance's own.
NEURON {
    POINT_PROCESS Dice
    NONSPECIFIC_CURRENT i
    RANGE mean, size, i
    RANDOM moment, amount
}
PARAMETER {
    mean = 5 (ms)
    size = 0.5 (nA)
}
ASSIGNED {
    i (nA)
    level (nA)
}
INITIAL {
    level = 0
    net_send(mean*random_negexp(moment, 1), 1)
}
BREAKPOINT {
    i = level
}
NET_RECEIVE (w) {
    if (flag == 1) {
        level = size*random_uniform(amount, -1, 0.5)
        net_send(mean*random_negexp(moment, 1), 1)
    }
}
