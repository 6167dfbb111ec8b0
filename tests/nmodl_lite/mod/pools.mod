TITLE concentrations inside and outside, of a known ion and of one of our own

NEURON {
    SUFFIX pools
    USEION k READ ik, ko WRITE ko
    USEION dye READ idye, dyei, dyeo WRITE idye, dyei, dyeo VALENCE -1
    RANGE width, start
}

UNITS {
    (molar) = (1/liter)
    (mM) = (millimolar)
    F = (faraday) (coulombs)
}

PARAMETER {
    width = 70e-3 (um)
    start = 0.3 (mM)
}

ASSIGNED {
    ik (mA/cm2)
    idye (mA/cm2)
}

STATE {
    ko START 3 (mM) <1e-4>
    dyei (mM)
    dyeo (mM)
}

INITIAL {
    ko = 3.5
    dyei = start
    dyeo = start/2
}

BREAKPOINT {
    SOLVE move METHOD cnexp
    idye = 1e-4*(dyei - dyeo)
}

DERIVATIVE move {
    ko' = (1e4)*ik/(F*width) + (3.5 - ko)/30
    dyei' = -idye*1e4/F - dyei/10
    dyeo' = 0.001*(v + 65) - dyeo/20
}
