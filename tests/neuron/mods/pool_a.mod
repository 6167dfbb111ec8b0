: A pool whose STATE is the concentration itself.
NEURON { SUFFIX pool_a USEION ca READ ica WRITE cai RANGE base }
PARAMETER { base = 1e-4 (mM) }
ASSIGNED { ica (mA/cm2) }
STATE { cai (mM) }
INITIAL { cai = base }
BREAKPOINT { SOLVE s METHOD cnexp }
DERIVATIVE s { cai' = -500*ica - (cai - base)/5 }
