TITLE Writes through a POINTER: swells and shrinks a parameter of another mechanism, and counts in a shared place
NEURON {
    POINT_PROCESS Modulator
    POINTER target, counter
    RANGE base, period
}
UNITS { PI = (pi) (1) }
PARAMETER {
    base = 0.0003
    period = 20 (ms)
}
ASSIGNED { target counter }
INITIAL { target = base }
BREAKPOINT {
    SOLVE modulate
}
PROCEDURE modulate() {
    target = base*(1 + 0.5*sin(2*PI*t/period))
    counter = 0.99*counter + base*1000
}
