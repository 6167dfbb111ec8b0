: calcium.cell.nml "pump"
NEURON { SUFFIX ref_pump USEION ca READ ica WRITE cai RANGE first }
PARAMETER { first = 1e-4 (mM) }
ASSIGNED { v (mV) ica (mA/cm2) }
STATE { cai (mM) }
UNITSOFF
INITIAL { cai = first }
BREAKPOINT { SOLVE s METHOD derivimplicit }
DERIVATIVE s { cai' = -0.01*ica/(2*96485.3*0.2e-6) - 0.001*cai/(cai + 0.001)/10 }
UNITSON
