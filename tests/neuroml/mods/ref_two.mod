: pools.cell.nml "cal" into both pools (g1 Nernst and p1 GHK into ca, g2 Nernst into ca2), and "kca2", whose current is no ion's
NEURON { SUFFIX ref_two USEION ca READ cai, cao WRITE ica USEION ca2 READ ca2i, ca2o WRITE ica2 VALENCE 2 NONSPECIFIC_CURRENT i RANGE g1, p1, g2 }
PARAMETER { g1 = 0 p1 = 0 g2 = 0.0003 }
ASSIGNED { v (mV) celsius (degC) cai (mM) cao (mM) ica (mA/cm2) ca2i (mM) ca2o (mM) ica2 (mA/cm2) i (mA/cm2) x }
STATE { m z w }
UNITSOFF
INITIAL {
    m = 1/(1 + exp(-(v + 30)/8))
    z = ca2i/(ca2i + 0.2)
    w = winf(v)
}
BREAKPOINT { LOCAL T
    SOLVE s METHOD cnexp
    T = celsius + 273.15
    x = 1e-3*v*2*96485.3/(8.3144621*T)
    ica = g1*m^2*(v - 1e3*8.3144621*T/(2*96485.3)*log(cao/cai)) + 1e-3*p1*m^2*2*96485.3*x*(cai - cao*exp(-x))/(1 - exp(-x))
    ica2 = g2*m^2*(v - 1e3*8.3144621*T/(2*96485.3)*log(ca2o/ca2i))
    i = 0.002*z*w*(v + 85)
}
DERIVATIVE s {
    m' = (1/(1 + exp(-(v + 30)/8)) - m)/2
    z' = (ca2i/(ca2i + 0.2) - z)/5
    w' = (winf(v) - w)/7
}
FUNCTION winf(v) { LOCAL y
    y = (v + 60)/20
    if (fabs(y) < 1e-6) { winf = 0.2*(1 + y/2) } else { winf = 0.2*y/(1 - exp(-y)) }
}
UNITSON
