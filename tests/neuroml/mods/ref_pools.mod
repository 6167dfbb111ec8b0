: calcium.cell.nml "pool" and "factor": kind 0 and 1
NEURON { SUFFIX ref_pools USEION ca READ ica WRITE cai RANGE kind, first }
PARAMETER { kind = 0 first = 1e-4 (mM) }
ASSIGNED { v (mV) area (um2) ica (mA/cm2) k rest drain }
STATE { cai (mM) }
UNITSOFF
INITIAL { LOCAL r, i
    : cai' = k ica - (cai - rest)/drain; in SI: mol/s over 2 F and the volume of a shell under a sphere of the compartment's area
    r = sqrt(area*1e-12/(4*3.14159))
    i = r - 0.2e-6
    k = -0.01*area*1e-12/(2*96485.3*4*3.14159/3*(r*r*r - i*i*i))
    rest = 1e-4
    drain = 20
    if (kind == 1) {
        k = -0.01*2
        rest = 2e-4
        drain = 30
    }
    cai = first
}
BREAKPOINT { SOLVE s METHOD cnexp }
DERIVATIVE s { cai' = k*ica - (cai - rest)/drain }
UNITSON
