TITLE BEFORE and AFTER blocks in a cell: a conductance that a threshold switches before the currents, counted after each step
NEURON {
    SUFFIX moments
    USEION ca READ cai
    NONSPECIFIC_CURRENT i
    RANGE gbar, open, steps, last, seen
}
UNITS { (mA) = (milliamp) (mV) = (millivolt) (S) = (siemens) (mM) = (milli/liter) }
PARAMETER { gbar = 5e-5 (S/cm2) }
ASSIGNED { v (mV) i (mA/cm2) open steps last (mV) cai (mM) seen }
STATE { x }
BEFORE INITIAL { steps = -1 }
INITIAL {
    x = 0
    seen = 0
}
AFTER INITIAL { last = v + steps }
BEFORE BREAKPOINT {
    open = 0.2
    if (v > -58) { open = 1 }
}
BREAKPOINT {
    SOLVE states METHOD cnexp
    i = gbar*open*(1 + x)*(v + 75)
    seen = 1000*cai
}
DERIVATIVE states { x' = (open - x)/10 }
AFTER SOLVE { last = 0.9*last + 0.1*v }
BEFORE STEP { steps = steps + 1 }
