: gates.channel.nml "gates", written by hand from the formulas of the standard
NEURON { SUFFIX ref_gates NONSPECIFIC_CURRENT i RANGE gbar, shift, a, b, c, d, f1, f2 }
PARAMETER { gbar = 0.003 (S/cm2) shift = -4 (mV) ek0 = -90 (mV) }
ASSIGNED { v (mV) celsius (degC) i (mA/cm2) ta tb tc ai bi ci di fi al be }
STATE { a b c d f1 f2 }
UNITSOFF
INITIAL { r(v) a = ai b = bi c = ci d = di f1 = fi f2 = fi }
BREAKPOINT {
    SOLVE s METHOD cnexp
    i = gbar*1.5^((celsius - 20)/10)*a^2*b*c*d/(1 + exp(-(v + 80)/30))*(0.25*f1 + 0.75*f2)*(v - ek0)
}
DERIVATIVE s {
    r(v)
    a' = (ai - a)/ta
    b' = (bi - b)/tb
    c' = (ci - c)/tc
    d' = (di - d)/5
    f1' = (fi - f1)/1.5
    f2' = (fi - f2)/15
}
PROCEDURE r(v) {
    ta = (0.5 + 4/cosh((v - shift + 40)/20))/1.7
    ai = 1/(1 + exp(-(v + 45)/7))
    al = 0.1*(1 + fabs(v + 60)/20)^2
    be = 0.3*exp(-(v + 50)/25)
    bi = al/(al + be)
    if (v < -50) { tb = 2 } else { tb = 1/(al + be) + 1 }
    al = 0.2*exp((v + 50)/30)
    be = 0.1*exp(-(v + 50)/30)
    ci = 0.3*exp((v + 60)/60)
    tc = 1/(al + be)/2^((celsius - 20)/10)
    di = 0.9/(1 + exp((v + 70)/20))
    fi = 1/(1 + exp((v + 60)/10))
}
UNITSON
