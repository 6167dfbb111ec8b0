NEURON { SUFFIX ca_leak USEION ca READ eca, cai WRITE ica RANGE g }
PARAMETER { g = 1e-6 (S/cm2) }
ASSIGNED { v (mV) eca (mV) ica (mA/cm2) cai (mM) }
BREAKPOINT { ica = g*(v - eca)/(1 + cai/0.1) }
