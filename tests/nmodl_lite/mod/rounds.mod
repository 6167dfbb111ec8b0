TITLE What is counted and summed inside a KINETIC block that is solved in rounds, as often as NEURON evaluates them

NEURON {
    SUFFIX rounds
    RANGE times, sum
}
ASSIGNED {
    v (mV)
    times
    sum
}
STATE {
    a
    b
    ab
}
INITIAL {
    SOLVE meet STEADYSTATE sparse
    times = 0
    sum = 0
    a = 1
    b = 0.5
    ab = 0
}
BREAKPOINT {
    SOLVE meet METHOD sparse
}
KINETIC meet {
    times = times + 1
    ~ a + b <-> ab (2, 0.1)
    sum = sum + ab
}
