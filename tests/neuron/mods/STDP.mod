TITLE Exponential synapse whose weights change with the times of spikes on both sides

COMMENT
Each pair of a source's and the own cell's spike counts (Song, Miller & Abbott 2000): a source's spike is weighed against a trace of all
earlier spikes of the cell, the cell's against a trace of all earlier spikes of each source. The cell's own spikes come by
a connection of weight -1.
ENDCOMMENT

DEFINE ROOM 40

NEURON {
    POINT_PROCESS STDP
    NONSPECIFIC_CURRENT i
    RANGE tau, e, i, g, wmax, potentiation, depression, tau_plus, tau_minus, until, weight, heard
}

UNITS { (nA) = (nanoamp) (mV) = (millivolt) (uS) = (microsiemens) }

PARAMETER {
    tau = 2 (ms)
    e = 0 (mV)
    wmax = 0.001 (uS)
    potentiation = 0.01
    depression = 0.0105
    tau_plus = 20 (ms)
    tau_minus = 20 (ms)
    until = 1e9 (ms) : weights rest from then on
}

ASSIGNED {
    v (mV)
    i (nA)
    cell_trace
    cell_last (ms)
    heard : connections, the cell's own included
    weight[ROOM] (uS) : of connections in the order of FOR_NETCONS
}

STATE { g (uS) }

INITIAL {
    g = 0
    cell_trace = 0
    cell_last = 0
    heard = 0
}

BREAKPOINT {
    SOLVE decay METHOD cnexp
    i = g*(v - e)
}

DERIVATIVE decay { g' = -g/tau }

NET_RECEIVE(w (uS), trace, last (ms)) {
    INITIAL {
        trace = 0
        last = 0
    }
    if (w >= 0) {
        g = g + w
        trace = trace*exp((last - t)/tau_plus) + 1
        last = t
        if (t < until) {
            w = w - depression*wmax*cell_trace*exp((cell_last - t)/tau_minus)
            if (w < 0) { w = 0 }
        }
    } else {
        cell_trace = cell_trace*exp((cell_last - t)/tau_minus) + 1
        cell_last = t
        FOR_NETCONS(other, other_trace, other_last) {
            if (other >= 0 && t < until) {
                other = other + potentiation*wmax*other_trace*exp((other_last - t)/tau_plus)
                if (other > wmax) { other = wmax }
            }
        }
    }
    heard = 0
    FOR_NETCONS(other, other_trace, other_last) {
        weight[heard] = other
        heard = heard + 1
    }
}
