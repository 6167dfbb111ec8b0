TITLE The concentration of TTX outside of a cell, as channels that it blocks read it

NEURON {
    SUFFIX TTXDynamicsSwitch
    USEION ttx WRITE ttxo, ttxi VALENCE 1
    RANGE ttxo_level
}

PARAMETER {
    ttxo_level = 1e-12 (mM)
}

ASSIGNED {
    ttxo (mM)
    ttxi (mM)
}

INITIAL {
    ttxo = ttxo_level
    ttxi = 0.015625
}

BREAKPOINT {
    ttxo = ttxo_level
}
