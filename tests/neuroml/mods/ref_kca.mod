NEURON { SUFFIX ref_kca USEION ca READ cai NONSPECIFIC_CURRENT i }
ASSIGNED { v (mV) cai (mM) i (mA/cm2) }
STATE { z }
UNITSOFF
INITIAL { z = cai/(cai + 0.2) }
BREAKPOINT { SOLVE s METHOD cnexp i = 0.001*z*(v + 85) }
DERIVATIVE s { z' = (cai/(cai + 0.2) - z)/5 }
UNITSON
