: pools.cell.nml "traub" in ca; in ca2 "factor" (kind 0) and "pump" (kind 1)
NEURON { SUFFIX ref_two_pools USEION ca READ ica WRITE cai USEION ca2 READ ica2 WRITE ca2i VALENCE 2 RANGE kind }
PARAMETER { kind = 0 }
ASSIGNED { ica (mA/cm2) ica2 (mA/cm2) k rest drain }
STATE { cai (mM) ca2i (mM) }
UNITSOFF
INITIAL {
    cai = 1e-4
    if (kind == 0) {
        ca2i = 3e-4 k = -0.01*4 rest = 2e-4 drain = 30
    } else {
        ca2i = 2e-4 k = -0.01/(2*96485.3*0.5e-6) rest = 2e-4 drain = 12
    }
}
BREAKPOINT { SOLVE s METHOD cnexp }
DERIVATIVE s {
    cai' = -0.01*ica*1e-9*5e9 - 0.05*(cai - 1e-4)
    ca2i' = k*ica2 - (ca2i - rest)/drain
}
UNITSON
