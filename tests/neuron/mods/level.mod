TITLE A place for a number that others change
NEURON {
    SUFFIX level
    NONSPECIFIC_CURRENT i
    RANGE g, count, i
}
UNITS { (mA) = (milliamp) (mV) = (millivolt) (S) = (siemens) }
PARAMETER { g = 1e-4 (S/cm2) }
ASSIGNED { v (mV) i (mA/cm2) count }
INITIAL { count = 0 }
BREAKPOINT { i = g*(1 + 0.01*count)*(v + 70) }
