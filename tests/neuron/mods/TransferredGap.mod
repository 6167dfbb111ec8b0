TITLE Half of a gap junction whose other side ParallelContext.target_var brings
NEURON {
    POINT_PROCESS TransferredGap
    NONSPECIFIC_CURRENT i
    RANGE g, i, vgap
}
UNITS { (nA) = (nanoamp) (mV) = (millivolt) (uS) = (microsiemens) }
PARAMETER { g = 0.002 (uS) }
ASSIGNED { v (mV) vgap (mV) i (nA) }
BREAKPOINT { i = g*(v - vgap) }
