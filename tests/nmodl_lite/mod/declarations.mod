TITLE blocks that come several times, limits, START, and what need not be declared

NEURON { SUFFIX declarations }
NEURON {
    USEION na READ ena WRITE ina
    NONSPECIFIC_CURRENT ileak
    RANGE g, h, y, z, nothing_of_that_name, w0
}

PARAMETER { g = 1e-4 (S/cm2) <0, 1e9> }
PARAMETER {
    h = -3.5e-1
    level = 1E-2 (/ms) < 0 , 1 >
    start0 = 7
    ena = 50 (mV)
    v (mV)
    unset
}

STATE { x FROM 0 TO 1 START 0.25 (1) <1e-3> }
ASSIGNED { y FROM 0 TO 3 }
STATE { begin begin2[2] }
ASSIGNED { hidden }
LOCAL hidden, kept
STATE { start w START 0.5 }
ASSIGNED { z (mV) }
ASSIGNED { ina ileak }

INITIAL { z = 1 }
INITIAL { y = z + y + begin0 + begin20 }

BREAKPOINT { SOLVE s METHOD cnexp }

DERIVATIVE s {
    x' = level*(1 - x)
    start' = -start
    w' = h*w + unset
}

BREAKPOINT {
    ina = g*(v - ena)
    ileak = g*(v + 60)
    kept = w0
    hidden = kept*2
    z = x + hidden + .5 + 5. + 1.e1
}
