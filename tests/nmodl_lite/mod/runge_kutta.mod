TITLE METHOD runge

NEURON {
    SUFFIX runge_kutta
    RANGE push
}
ASSIGNED {
    v (mV)
    push
}
STATE {
    place
    speed
}
INITIAL {
    place = 1
    speed = 0
}
BREAKPOINT {
    SOLVE swing METHOD runge
}
DERIVATIVE swing {
    push = -4*place - 0.1*speed*speed*speed + sin(t)*exp(v/100)
    place' = speed
    speed' = push
}
