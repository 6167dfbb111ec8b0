TITLE METHOD matexp: five states in two cycles, a subunit that counts what the channel did, and a value made of the states

NEURON {
    SUFFIX expm
    NONSPECIFIC_CURRENT i
    RANGE g, speed, from_first, opened, drift
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
}

PARAMETER {
    g = 0 (S/cm2)
    speed = 1
    from_first = 0   : 1: all channels start in s[0]
}

ASSIGNED {
    v (mV)
    i (mA/cm2)
    up (/ms)
    down (/ms)
    opened
    drift (/ms)
}

STATE { s[4] open a b }

INITIAL {
    s[0] = 1   : no CONSERVE says what these states add up to
    SOLVE kin STEADYSTATE sparse
    if (from_first == 1) {
        s[0] = 1
        FROM k = 1 TO 3 { s[k] = 0 }
        open = 0
    }
}

BREAKPOINT {
    SOLVE rates
    SOLVE kin METHOD matexp
    opened = open + s[3]
    i = g*open*v
}

PROCEDURE rates() {
    up = speed*0.4*exp((v + 40)/25)
    down = speed*0.2*exp(-(v + 40)/30)
}

KINETIC kin {
    rates()
    ~ s[0] <-> s[1] (2*up, down)
    ~ s[1] <-> s[2] (up, 2*down)
    ~ s[2] <-> open (speed*3, speed*0.5)
    drift = f_flux - b_flux
    ~ s[1] <-> s[3] (speed*0.05, speed*0.02)
    ~ open <-> s[3] (speed*0.7, speed*0.01)
    ~ s[0] <-> s[3] (speed*0.03, speed*0.004)
    ~ a <-> b (0.02, 0.05)
    CONSERVE a + b = 2
}
