TITLE A current that opens and closes again with the potential

NEURON {
    SUFFIX bell
    USEION na READ ena WRITE ina
    RANGE gbar
}
PARAMETER { gbar = 0.01 (S/cm2) }
ASSIGNED { v (mV)  ena (mV)  ina (mA/cm2)  minf  hinf }
STATE { m }
INITIAL { rates(v)  m = minf*hinf }
BREAKPOINT { SOLVE states METHOD cnexp  ina = gbar*m*(v - ena) }
DERIVATIVE states { rates(v)  m' = minf*hinf - m }
PROCEDURE rates(u (mV)) {
    minf = 1/(1 + exp(-(u + 40)/5))
    hinf = 1/(1 + exp((u + 20)/5))
}
