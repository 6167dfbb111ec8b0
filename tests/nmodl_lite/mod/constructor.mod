: CONSTRUCTOR runs once when an instance is made: what it sets are defaults and start values; DESTRUCTOR and TERMINAL change nothing.
NEURON {
    POINT_PROCESS constructor
    RANGE p, started, kept, halved, turns, level
    NONSPECIFIC_CURRENT i
}
PARAMETER {
    p = 2
    g = 0.001 (uS)
    factor = 3
}
ASSIGNED {
    v (mV)
    i (nA)
    started
    kept
    halved
    turns
}
STATE { level }
CONSTRUCTOR {
    LOCAL n
    started = factor*p + twice(p)
    p = 7
    level = 5
    n = 0
    while (n < 4) {
        n = n + 1
        kept = kept + exp(n)
    }
    VERBATIM
    if (ifarg(2)) { halved = *getarg(2); } else { halved = started/4; }
    ENDVERBATIM
}
DESTRUCTOR {
    VERBATIM
    free(0);
    ENDVERBATIM
}
TERMINAL { kept = 0 }
INITIAL {
    turns = turns + 1
    started = started + level
    level = p
}
BREAKPOINT {
    SOLVE decay METHOD cnexp
    kept = kept + 1e-6
    i = g*level*(v + 65 + halved)
}
DERIVATIVE decay { level' = -level/started }
FUNCTION twice(x) { twice = 2*x }
