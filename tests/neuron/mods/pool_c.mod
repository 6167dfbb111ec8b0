: A pump that removes some of what it finds in each step, and gives it to the outside.
NEURON { SUFFIX pool_c USEION ca READ cai, cao WRITE cai, cao RANGE rate }
PARAMETER { rate = 0.01 }
ASSIGNED { cai (mM) cao (mM) }
INITIAL { cai = cai cao = cao }
BREAKPOINT { SOLVE move }
PROCEDURE move() { LOCAL moved
    moved = rate*cai
    cai = cai - moved
    cao = cao + moved/100
}
