TITLE a current that is not linear in v, and calcium that follows it

NEURON {
    SUFFIX flux
    USEION ca READ cai, cao, ica WRITE ica, cai VALENCE 2
    RANGE p, drive
    GLOBAL depth
}

UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
    (mM) = (milli/liter)
    FARADAY = (faraday) (kilocoulombs)
    F = (faraday) (coulombs)
    R = (k-mole) (joule/degC)
    PI = (pi) (1)
}

PARAMETER {
    p = 2e-5 (cm/s)
    depth = 0.2 (um)
    rest = 5e-5 (mM)
}

ASSIGNED {
    v (mV)
    celsius (degC)
    diam (um)
    cao (mM)
    ica (mA/cm2)
    drive
}

STATE {
    cai (mM)
    m
}

INITIAL {
    cai = rest*(1 + 0*diam)
    m = minf(v)
}

BREAKPOINT {
    SOLVE pool METHOD cnexp
    ica = p*m*m*current_of(v, cai, cao)
}

DERIVATIVE pool {
    drive = -(10000)*ica/(2*F*depth)
    if (drive < 0) { drive = 0 }
    cai' = drive - (cai - rest)/50
    m' = (minf(v) - m)/1.5
}

FUNCTION minf(v (mV)) { minf = 1/(1 + exp(-(v + 20)/6)) }

FUNCTION current_of(v (mV), ci (mM), co (mM)) (0.001 coul/cm3) {
    LOCAL z, eci, eco
    z = (1e-3)*2*FARADAY*v/(R*(celsius + 273.15))
    eco = co*efun(z)
    eci = ci*efun(-z)
    current_of = (0.001)*2*FARADAY*1000*(eci - eco)
}

FUNCTION efun(z) {
    if (fabs(z) < 1e-4) {
        efun = 1 - z/2
    } else {
        efun = z/(exp(z) - 1)
    }
}
