TITLE A pool whose blocks before and after steps write its concentration
NEURON {
    SUFFIX clipped
    USEION ca READ ica, cai WRITE cai
    RANGE above, n, m, seen
}
UNITS { (mA) = (milliamp) (mM) = (milli/liter) }
PARAMETER { tau = 5 (ms) rest = 1e-4 (mM) above = 3e-4 (mM) }
ASSIGNED { ica (mA/cm2) n m seen (mM) }
STATE { cai (mM) }
INITIAL { n = 0 m = 0 seen = 0 }
BREAKPOINT { SOLVE pool METHOD cnexp }
DERIVATIVE pool { cai' = -20*ica + (rest - cai)/tau }
BEFORE BREAKPOINT { if (cai > 2*above) { cai = 2*above m = m + 1 } }
AFTER SOLVE { if (cai > above) { cai = rest n = n + 1 } }
BEFORE STEP { seen = cai }
