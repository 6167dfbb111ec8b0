: A variable named as the flag of NET_RECEIVE, as NEURON's IntFire4 has it.
NEURON { ARTIFICIAL_CELL flagged RANGE n, tref, flag }
PARAMETER { tref = 5 (ms) }
ASSIGNED { n flag (1) busy }
INITIAL { n = 0  busy = 0  flag = 0 }
PROCEDURE count() { flag = flag + 1 }
NET_RECEIVE(w) {
    count()
    if (flag == 0) { n = n + w
        if (n > 1 && !busy) { busy = 1  net_event(t)  net_send(tref, 1) } }
    if (flag == 1) { n = 0  busy = 0 }
}
