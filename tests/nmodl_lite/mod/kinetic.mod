TITLE Linear KINETIC scheme: CONSERVE, irreversible steps, rates from a PROCEDURE, steady state at the start, fluxes read
: replay tolerance 1e-5: NEURON comes as near to the steady state as one step of 1e9 ms does, Rall takes two

NEURON {
    SUFFIX kinetic
    NONSPECIFIC_CURRENT i
    RANGE gbar, opening, b1
}
UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
}
PARAMETER {
    gbar = 1e-3 (siemens/cm2)
    loss = 0.3 (/ms)
    recovery = 0.02 (/ms)
}
ASSIGNED {
    v (mV)
    i (mA/cm2)
    a1 (/ms)
    b1 (/ms)
    opening (/ms)
}
STATE {
    c1
    c2
    o
    blocked
}
INITIAL {
    SOLVE scheme STEADYSTATE sparse
}
BREAKPOINT {
    SOLVE scheme METHOD sparse
    i = gbar*o*(v + 80)
}
KINETIC scheme {
    rates(v)
    ~ c1 <-> c2 (2*a1, b1)
    ~ c2 <-> o (a1, 2*b1)
    opening = f_flux - b_flux
    ~ o <-> blocked (loss, 0)
    ~ blocked <-> c1 (recovery, 1e-4)
    CONSERVE c1 + c2 + o + blocked = 1
}
PROCEDURE rates(v (mV)) {
    a1 = 0.3*exp((v + 40)/15)
    b1 = 0.4*exp(-(v + 40)/20)
}
