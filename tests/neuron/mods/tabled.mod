: TABLEs of a PROCEDURE, of an array and of a FUNCTION, narrower than the potential's range.
NEURON { SUFFIX tabled USEION k READ ek WRITE ik RANGE gbar, minf, n GLOBAL vhalf, q }
PARAMETER { gbar = 0.01 (S/cm2) vhalf = -30 (mV) }
ASSIGNED { v (mV) ek (mV) ik (mA/cm2) celsius (degC) minf mtau (ms) r[3] q }
STATE { m n }
INITIAL { rates(v) m = minf n = r[0] }
BREAKPOINT { SOLVE s METHOD cnexp
    ik = q*gbar*m*m*n*slope(v)*(v - ek) }
DERIVATIVE s { rates(v)
    m' = (minf - m)/mtau
    n' = (r[0] + r[2] - n)/(1 + r[1]) }
PROCEDURE rates(v (mV)) { LOCAL j
    TABLE minf, mtau, r DEPEND celsius, vhalf FROM -60 TO 20 WITH 17
    q = 3^((celsius - 20)/10)
    minf = 1/(1 + exp(-(v - vhalf)/7))
    mtau = (1 + 4*exp(-((v - vhalf)/20)^2))/q
    FROM j = 0 TO 2 { r[j] = 0.5 + 0.4*exp(-(v + 50 - 10*j)^2/900) }
}
FUNCTION slope(v (mV)) {
    TABLE FROM -55 TO vhalf WITH 6
    slope = 1 + 0.2*exp(v/30)
}
