: calcium.cell.nml "cal": drive 0 Nernst, 1 GHK, 2 GHK in the form of channelDensityGHK2
NEURON { SUFFIX ref_cal USEION ca READ cai, cao WRITE ica RANGE strength, drive }
PARAMETER { strength = 0 drive = 0 }
ASSIGNED { v (mV) celsius (degC) cai (mM) cao (mM) ica (mA/cm2) }
STATE { m }
UNITSOFF
INITIAL { m = 1/(1 + exp(-(v + 30)/8)) }
BREAKPOINT { LOCAL T, w
    SOLVE s METHOD cnexp
    T = celsius + 273.15
    if (drive == 0) {
        ica = strength*m^2*(v - 1e3*8.3144621*T/(2*96485.3)*log(cao/cai))
    } else if (drive == 1) {
        w = 1e-3*v*2*96485.3/(8.3144621*T)
        ica = 1e-3*strength*m^2*2*96485.3*w*(cai - cao*exp(-w))/(1 - exp(-w))
    } else {
        w = v/(25*T/293.15/2)
        ica = -strength*m^2*(25*T/293.15/2)*(1 - cai/cao*exp(w))*w/(exp(w) - 1)
    }
}
DERIVATIVE s { m' = (1/(1 + exp(-(v + 30)/8)) - m)/2 }
UNITSON
