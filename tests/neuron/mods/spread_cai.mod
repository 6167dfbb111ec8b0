TITLE Calcium that spreads as the concentration that all others see
NEURON { SUFFIX spread_cai USEION ca READ ica, cai WRITE cai RANGE start }
UNITS { FARADAY = (faraday) (coulomb) }
PARAMETER { start = 1e-4 }
ASSIGNED { diam (um) ica (mA/cm2) }
STATE { cai (mM) b (mM) }
INITIAL { cai = start b = 0 }
BREAKPOINT { SOLVE pool METHOD sparse }
KINETIC pool {
    COMPARTMENT diam*diam { cai b }
    LONGITUDINAL_DIFFUSION 0.5*diam*diam { cai }
    ~ cai <-> b (3, 0.5)
    ~ cai << (-ica*diam*(1e4)/(2*FARADAY))
}
