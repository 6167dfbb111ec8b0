TITLE Graded synapse: its release follows the potential that vpre points to, without spikes
NEURON {
    POINT_PROCESS Graded
    POINTER vpre
    NONSPECIFIC_CURRENT i
    RANGE gmax, e, half, slope, tau, i
}
UNITS { (nA) = (nanoamp) (mV) = (millivolt) (uS) = (microsiemens) }
PARAMETER {
    gmax = 0.003 (uS)
    e = -80 (mV)
    half = -50 (mV)
    slope = 4 (mV)
    tau = 3 (ms)
}
ASSIGNED { v (mV) vpre (mV) i (nA) }
STATE { s }
INITIAL { s = 1/(1 + exp((half - vpre)/slope)) }
BREAKPOINT {
    SOLVE release METHOD cnexp
    i = gmax*s*(v - e)
}
DERIVATIVE release { s' = (1/(1 + exp((half - vpre)/slope)) - s)/tau }
