: a concentration that is infinite from `at` on
NEURON { SUFFIX lost_pool USEION ca WRITE cai RANGE at, none }
PARAMETER { at = 1e9 (ms) none = 0 }
ASSIGNED { cai (mM) }
STATE { c[2] (mM) }
INITIAL {
    c[0] = 1e-4
    c[1] = 1e-4
    cai = c[1]
}
BREAKPOINT {
    SOLVE keep
    cai = c[1]
}
PROCEDURE keep() { if (t > at) { c[1] = c[0]/none } }
