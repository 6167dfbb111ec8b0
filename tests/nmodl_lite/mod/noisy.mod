TITLE random numbers in every spelling; their spread is 0 here, since they are other numbers in NEURON

NEURON {
    SUFFIX noisy
    NONSPECIFIC_CURRENT i
    RANGE spread, level, sum, i
}

PARAMETER {
    spread = 0
    g = 0.001 (S/cm2)
    seed = 7
}

ASSIGNED {
    v (mV)
    i (mA/cm2)
    level
    sum
}

INITIAL {
    set_seed(seed)
    level = 1 + spread*normrand(0, 2)
    sum = 0
}

BREAKPOINT {
    SOLVE draw
    i = g*level*(v + 65)
}

PROCEDURE draw() {
    level = level + 0.01*(2 - level) + spread*normrand(0, 1) + spread*exprand(3) + spread*scop_random()
    sum = sum + level
    VERBATIM
    return 0;
    ENDVERBATIM
}
