TITLE Equations that are finite where their derivatives are not
: replay tolerance 1e-6: NEURON's Newton iteration stops when a change is below 1e-6

NEURON {
    SUFFIX infinite_slopes
    RANGE vmax, km
}
PARAMETER {
    vmax = 0.005
    km = 0.2
}
ASSIGNED {
    v (mV)
}
STATE {
    filled
    root
    hill
    well
    slow
}
INITIAL {
    filled = 0
    root = 0
    hill = 0
    well = 0
    slow = 0
}
BREAKPOINT {
    SOLVE others METHOD derivimplicit
}
DERIVATIVE others {
    LOCAL ratio
    ratio = km/filled
    filled' = 0.01*(1 + v/100) - vmax/(ratio + 1)
    root' = 0.1 - 0.05*sqrt(fabs(root))
    hill' = 0.02 - 0.03*pow(fabs(hill), 0.5)/(0.1 + pow(fabs(hill), 0.5))
    well' = 0.05 - 0.01*fabs(well - 0.1)
    slow' = 0.01/(1 + 1/(slow*slow)) + 0.01
}
