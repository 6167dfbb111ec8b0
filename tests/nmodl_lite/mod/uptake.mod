TITLE Uptake by Michaelis and Menten, written so that it is 0 at s = 0 by way of infinity

NEURON {
    SUFFIX uptake
    RANGE vmax, km
}
PARAMETER {
    vmax = 0.005
    km = 0.2
}
STATE {
    s
}
INITIAL {
    s = 0
}
BREAKPOINT {
    SOLVE release METHOD cnexp
}
DERIVATIVE release {
    s' = -vmax/((km/s) + 1)
}
