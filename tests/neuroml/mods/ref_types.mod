: types.cell.nml "warm", "scaled" and "entry", by hand
NEURON { SUFFIX ref_types USEION ca WRITE ica NONSPECIFIC_CURRENT i }
ASSIGNED { v (mV) celsius (degC) ica (mA/cm2) i (mA/cm2) al be q10 f r }
STATE { q c o }
UNITSOFF
INITIAL {
    rates(v)
    q = al/(al + be)
    o = f/(f + r)
    c = 1 - o
}
BREAKPOINT {
    SOLVE gate METHOD cnexp
    SOLVE scheme METHOD sparse
    i = 0.0003*q*(v + 90) + 0.0001*o*(v - 40)
    ica = 0.00005*(1/(1 + exp(-(v + 45)/8)))^2*(v - 120)
}
DERIVATIVE gate { rates(v) q' = (al/(al + be) - q)*(al + be)*q10 }
KINETIC scheme {
    rates(v)
    ~ c <-> o (f, r)
    CONSERVE c + o = 1
}
PROCEDURE rates(v) {
    q10 = 2^((celsius - 20)/10)
    al = 0.1*q10*exp((v + 50)/20)*(celsius + 273.15)/291.15
    be = 0.2*exp(-(v + 50)/25)
    f = 1.5*0.3*exp((v + 40)/20)
    r = 1.5*0.2*exp(-(v + 40)/30)
}
UNITSON
