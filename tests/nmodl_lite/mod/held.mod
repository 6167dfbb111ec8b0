TITLE procedures solved as clamps do, which a variable step would call between its steps

NEURON {
    SUFFIX held
    NONSPECIFIC_CURRENT i
    RANGE g, level, command, turns, i
}

PARAMETER {
    g = 0.001 (S/cm2)
    begin = 2 (ms)
    rest = -65 (mV)
}

ASSIGNED {
    v (mV)
    i (mA/cm2)
    level (mV)
    command (mV)
    turns
}

INITIAL {
    turns = 0
    level = rest
}

BREAKPOINT {
    SOLVE follow METHOD after_cvode
    SOLVE ask METHOD cvode_t
    i = g*(v - level)
}

PROCEDURE follow() {
    level = level + 0.1*(command - level)
    turns = turns + 1
}

PROCEDURE ask() {
    if (t < begin) {
        command = rest
    } else {
        command = rest + 10*sin(t - begin)
    }
}
