: Another one, of another time constant.
NEURON { SUFFIX pool_b USEION ca READ ica WRITE cai RANGE base }
PARAMETER { base = 3e-4 (mM) }
ASSIGNED { ica (mA/cm2) }
STATE { cai (mM) }
INITIAL { cai = base }
BREAKPOINT { SOLVE s METHOD cnexp }
DERIVATIVE s { cai' = -500*ica - (cai - base)/20 }
