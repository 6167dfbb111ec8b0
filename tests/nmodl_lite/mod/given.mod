TITLE CONDUCTANCE, and a current with branches

NEURON {
    SUFFIX given
    USEION na READ ena WRITE ina
    NONSPECIFIC_CURRENT il
    RANGE gmax, gl, gna, on
}

PARAMETER {
    gmax = 0.001 (S/cm2)
    gl = 1e-4 (S/cm2)
}

ASSIGNED { v ena ina il gna on }

INITIAL { on = 0 }

BREAKPOINT {
    CONDUCTANCE gna USEION na
    CONDUCTANCE gl
    if (t > 2 && t < 6) {
        on = 1
        gna = gmax
    } else {
        on = 0
        gna = gmax*(t < 1)
    }
    ina = gna*(v - ena)
    il = gl*(v + 70)
}
