TITLE A KINETIC block in which molecules meet, at rest in INITIAL, then step by step; its total and volumes call functions

NEURON {
    SUFFIX steady_meeting
    RANGE met_total, width
}
DEFINE TWO 2
PARAMETER {
    met_total = 3
    width = 1.5
}
ASSIGNED {
    v (mV)
}
STATE {
    ca
    free
    bound
}
INITIAL {
    ca = 1
    free = 6
    SOLVE meet STEADYSTATE sparse
}
BREAKPOINT {
    SOLVE meet METHOD sparse
}
FUNCTION volume(w) {
    LOCAL square
    square = w*w
    volume = 1 + square
}
FUNCTION twice(x) {
    twice = TWO*x
}
KINETIC meet {
    LOCAL part
    part = met_total/TWO
    COMPARTMENT 1e12 {ca}
    COMPARTMENT volume(width)/TWO {free bound}
    ~ ca + free <-> bound (2, 1)
    CONSERVE free + bound = volume(width)*(met_total + twice(part))
}
