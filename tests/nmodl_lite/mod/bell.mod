TITLE the normal distribution's density, with the nine digits of pi that NEURON has there
NEURON {
    SUFFIX bell
    RANGE y, z
}
ASSIGNED { v (mV) y z }
BREAKPOINT {
    y = gauss(v, -30, 20)
    z = gauss(1, 0, 2)
}
