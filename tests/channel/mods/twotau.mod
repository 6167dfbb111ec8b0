TITLE A sodium channel of which a part recovers slowly, and a state that does not settle in seconds

NEURON {
    SUFFIX twotau
    USEION na READ ena WRITE ina
    RANGE gbar, slow, far
}
PARAMETER { gbar = 0.1 (S/cm2)  slow = 0.4  far = 1e5 (ms) }
ASSIGNED { v (mV)  ena (mV)  ina (mA/cm2)  hinf  tf (ms)  ts (ms) }
STATE { m h s u }
INITIAL { rates(v)  m = minf(v)  h = hinf  s = hinf  u = minf(v) }
BREAKPOINT { SOLVE states METHOD cnexp  ina = gbar*m*((1 - slow)*h + slow*s)*(v - ena) }
DERIVATIVE states {
    rates(v)
    m' = (minf(v) - m)/0.1
    h' = (hinf - h)/tf
    s' = (hinf - s)/ts
    u' = (minf(v) - u)/far
}
FUNCTION minf(u (mV)) { minf = 1/(1 + exp(-(u + 30)/7)) }
PROCEDURE rates(u (mV)) {
    hinf = 1/(1 + exp((u + 65)/6))
    tf = 3
    ts = 60
    if (u > -60) { tf = 1  ts = 5 }
}
