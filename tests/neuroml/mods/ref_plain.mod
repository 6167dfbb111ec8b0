: types.cell.nml "pool"
NEURON { SUFFIX ref_plain USEION ca READ ica WRITE cai }
ASSIGNED { ica (mA/cm2) }
STATE { cai (mM) }
UNITSOFF
INITIAL { cai = 1e-4 }
BREAKPOINT { SOLVE s METHOD cnexp }
DERIVATIVE s { cai' = -0.01*10*ica - (cai - 1e-4)/20 }
UNITSON
