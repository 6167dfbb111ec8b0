: An artificial cell whose intervals all instances draw from NEURON's one generator; an event makes the next one come at once.
NEURON {
    ARTIFICIAL_CELL Wanderer
    RANGE mean
}
PARAMETER {
    mean = 10 (ms)
}
PROCEDURE seed(x) {
    set_seed(x)
}
INITIAL {
    net_send(mean*exprand(1), 1)
}
NET_RECEIVE (w) {
    if (flag == 1) {
        net_event(t)
        net_send(mean*exprand(1), 1)
    } else if (w > 0) {
        net_event(t)
    }
}
