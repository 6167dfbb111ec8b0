: what a file may do wrong with events, by `wrong`

NEURON {
    ARTIFICIAL_CELL hasty
    RANGE wrong
}

PARAMETER { wrong = 0 }

INITIAL { net_send(2, 3) }

NET_RECEIVE(w) {
    if (wrong == 1) { net_send(-0.5, 1) }
    if (wrong == 2) { net_event(t - 1) }
    if (wrong == 3) { net_move(t + 1) }
    if (wrong == 5) { net_send(0, 3) }
    if (wrong == 4) {
        net_send(1, 1)
        net_move(t - 1)
    }
}
