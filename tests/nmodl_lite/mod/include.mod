TITLE INCLUDE: declarations and functions of another file

NEURON {
    SUFFIX include
    RANGE y, slow
}

INCLUDE "include_rates.inc"

ASSIGNED { v (mV) y }

BREAKPOINT { y = opening(v)*slow*LEVELS }
