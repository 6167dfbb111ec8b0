TITLE A density mechanism that follows, through a POINTER, what another mechanism does, and conducts accordingly
NEURON {
    SUFFIX calcium_follow
    POINTER x
    NONSPECIFIC_CURRENT i
    RANGE gbar, tau, scale, i, seen
}
UNITS { (mA) = (milliamp) (mV) = (millivolt) (S) = (siemens) }
PARAMETER {
    gbar = 2e-4 (S/cm2)
    tau = 5 (ms)
    scale = 1
}
ASSIGNED { v (mV) x i (mA/cm2) seen }
STATE { w }
INITIAL { w = scale*x }
BREAKPOINT {
    SOLVE states METHOD cnexp
    seen = x
    i = gbar*w*(v + 80)
}
DERIVATIVE states { w' = (scale*x - w)/tau }
