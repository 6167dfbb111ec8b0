TITLE an ion's concentrations that are READ and have a CONSTANT of their name: the ion's value counts
NEURON {
    SUFFIX constants_of_ions
    USEION ca READ cao, cai
    RANGE seen, inside
}
CONSTANT { cao = 7 (mM) cai = 3 (mM) }
ASSIGNED { seen (mM) inside (mM) }
INITIAL {
    seen = cao
    inside = cai
}
BREAKPOINT {
    seen = cao
    inside = cai
}
