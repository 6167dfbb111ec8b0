TITLE A substance that only spreads, and decays
NEURON {
    SUFFIX tracer
    RANGE start, D, rate
}
PARAMETER { start = 0 D = 2 rate = 0.01 }
ASSIGNED { diam (um) }
STATE { c }
INITIAL { c = start }
BREAKPOINT { SOLVE spread METHOD sparse }
KINETIC spread {
    COMPARTMENT diam*diam { c }
    LONGITUDINAL_DIFFUSION D*diam*diam { c }
    ~ c -> (rate*diam*diam)
}
