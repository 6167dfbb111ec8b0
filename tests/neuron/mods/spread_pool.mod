TITLE Calcium that spreads along the cell, and what the pool tells others of it
NEURON { SUFFIX spread_pool USEION ca READ ica, cai WRITE cai RANGE start }
UNITS { FARADAY = (faraday) (coulomb) }
PARAMETER { start = 1e-4 }
ASSIGNED { diam (um) ica (mA/cm2) cai (mM) }
STATE { c (mM) b (mM) }
INITIAL { c = start b = 0 cai = c }
BREAKPOINT { SOLVE pool METHOD sparse }
KINETIC pool {
    COMPARTMENT diam*diam { c b }
    LONGITUDINAL_DIFFUSION 0.5*diam*diam { c }
    ~ c <-> b (3, 0.5)
    ~ c << (-ica*diam*(1e4)/(2*FARADAY))
    cai = c
}
