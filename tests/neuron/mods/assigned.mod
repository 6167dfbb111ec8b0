: What is ASSIGNED and RANGE may be given from outside, where the mechanism does not compute it.
NEURON { SUFFIX assigned NONSPECIFIC_CURRENT i RANGE gbar, x, count, start GLOBAL shift }
ASSIGNED { v (mV) i (mA/cm2) gbar x count start shift }
INITIAL { x = gbar*2 }
BREAKPOINT { SOLVE c
    i = 1e-4*gbar*(v + 60 - shift) }
PROCEDURE c() { count = count + start/10 }
