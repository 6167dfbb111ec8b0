TITLE CONSTANT, the constants of UNITS, DEFINE, and units in any case

NEURON {
    SUFFIX constants
    RANGE y, z, w, n
}

DEFINE MANY 7

UNITS {
    (mV) = (millivolt)
    (MOLAR) = (1/liter)
    (um) = (micron)
    FARADAY = (faraday) (kilocoulombs)
    F = 96485.309 (coul)
    R = (k-mole) (joule/degC)
    PI = (pi) (1)
    (uM) = (micro/liter)
    e = (e) (coulomb)
}

CONSTANT {
    half = 0.5 (1)
    big = 1.5e3 (mV)
    minus = -2
}

PARAMETER {
    a = 2 (MV)
    b = 3 (Ms)
}

ASSIGNED { v (mv) y z w n }

BREAKPOINT {
    y = half*big + minus*v + a
    z = R*(celsius + 273.15)/FARADAY/1000 + F*1e-5 + PI
    w = MANY/2 + MANY*b
    n = e*1e19
}
