NEURON { SUFFIX na_pool USEION na READ ina WRITE nai }
ASSIGNED { ina (mA/cm2) }
STATE { nai (mM) }
INITIAL { nai = 12 }
BREAKPOINT { SOLVE s METHOD cnexp }
DERIVATIVE s { nai' = -0.4*ina - (nai - 12)/100 }
