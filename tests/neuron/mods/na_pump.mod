: Sodium and potassium inside, which another pool sets as well.
NEURON { SUFFIX na_pump USEION na READ ina, nai WRITE ina, nai USEION k READ ki WRITE ik, ki RANGE imax }
PARAMETER { imax = 0.01 (mA/cm2) }
ASSIGNED { ina (mA/cm2) ik (mA/cm2) current (mA/cm2) }
STATE { nai (mM) ki (mM) }
INITIAL { nai = 11 ki = 50 }
BREAKPOINT {
    SOLVE s METHOD cnexp
    current = imax/(1 + (10/nai)^3)
    ina = 3*current
    ik = -2*current
}
DERIVATIVE s {
    nai' = -0.4*ina - (nai - 10)/30
    ki' = (54 - ki)/40
}
