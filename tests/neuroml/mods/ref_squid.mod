: hh.channel.nml "squid_na" and "squid_k", currents that are no ions' so that reversal potentials are their own
NEURON { SUFFIX ref_squid NONSPECIFIC_CURRENT i RANGE gna, gk }
PARAMETER { gna = 0.12 (S/cm2) gk = 0.036 (S/cm2) }
ASSIGNED { v (mV) celsius (degC) i (mA/cm2) am bm ah bh an bn }
STATE { m h n }
UNITSOFF
INITIAL { r(v) m = am/(am + bm) h = ah/(ah + bh) n = an/(an + bn) }
BREAKPOINT { SOLVE s METHOD cnexp i = gna*m^3*h*(v - 50) + gk*n^4*(v + 77) }
DERIVATIVE s { LOCAL q
    r(v)
    q = 3^((celsius - 6.3)/10)
    m' = am*(1 - m) - bm*m
    h' = ah*(1 - h) - bh*h
    n' = q*(an*(1 - n) - bn*n)
}
PROCEDURE r(v) {
    am = lin((v + 40)/10)
    bm = 4*exp(-(v + 65)/18)
    ah = 0.07*exp(-(v + 65)/20)
    bh = 1/(1 + exp(-(v + 35)/10))
    an = 0.1*lin((v + 55)/10)
    bn = 0.125*exp(-(v + 65)/80)
}
FUNCTION lin(x) { if (fabs(x) < 1e-6) { lin = 1 + x/2 } else { lin = x/(1 - exp(-x)) } }
UNITSON
