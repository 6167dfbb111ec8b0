: gates.channel.nml "scheme"
NEURON { SUFFIX ref_scheme NONSPECIFIC_CURRENT i RANGE gbar }
PARAMETER { gbar = 0.0004 (S/cm2) }
ASSIGNED { v (mV) i (mA/cm2) a1 b1 a2 b2 a3 b3 a4 b4 }
STATE { c1 c2 o1 o2 in }
UNITSOFF
INITIAL { SOLVE k STEADYSTATE sparse }
BREAKPOINT { SOLVE k METHOD sparse i = gbar*(o1 + o2)*(v - 40) }
KINETIC k {
    r(v)
    ~ c1 <-> c2 (a1, b1)
    ~ c2 <-> o1 (a2, b2)
    ~ o1 <-> in (a3, b3)
    ~ o1 <-> o2 (a4, b4)
    CONSERVE c1 + c2 + o1 + o2 + in = 1
}
PROCEDURE r(v) { LOCAL x, p
    x = (v + 40)/10
    if (fabs(x) < 1e-6) { a1 = 1 + x/2 } else { a1 = x/(1 - exp(-x)) }
    b1 = 2*exp(-(v + 65)/18)
    a2 = 1/(1/(exp(2*0.4*(v + 45)/25.3)/0.5) + 0.05)
    b2 = 1/(1/(exp(-2*0.6*(v + 45)/25.3)/0.5) + 0.05)
    p = 0.9/(1 + exp(-(v + 55)/8))
    a3 = p/4
    b3 = (1 - p)/4
    a4 = 0.3*exp((v + 40)/40)
    b4 = 0.4*exp(-(v + 40)/40)
}
UNITSON
