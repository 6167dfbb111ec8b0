TITLE Half of a gap junction: the other half lies where vgap points to
NEURON {
    POINT_PROCESS HalfGap
    POINTER vgap
    NONSPECIFIC_CURRENT i
    RANGE g, i
}
UNITS { (nA) = (nanoamp) (mV) = (millivolt) (uS) = (microsiemens) }
PARAMETER { g = 0.002 (uS) }
ASSIGNED { v (mV) vgap (mV) i (nA) }
BREAKPOINT { i = g*(v - vgap) }
