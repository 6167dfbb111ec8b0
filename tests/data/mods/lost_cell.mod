: an artificial cell whose state is no number after `at`
NEURON { ARTIFICIAL_CELL lost_cell RANGE at, m }
PARAMETER { at = 1e9 (ms) }
ASSIGNED { m }
INITIAL {
    m = 0
    net_send(0.7, 1)
}
NET_RECEIVE(w) {
    m = 0.5*m + sqrt(at - t)
    net_send(0.7, 1)
}
