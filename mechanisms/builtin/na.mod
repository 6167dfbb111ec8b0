TITLE na: transient sodium channel of neocortical pyramidal cells

COMMENT
Mainen ZF, Joerges J, Huguenard JR, Sejnowski TJ (1995) A model of spike initiation in neocortical pyramidal neurons.
Neuron 15:1427-1439. Mainen ZF, Sejnowski TJ (1996) Influence of dendritic structure on firing pattern in model
neocortical neurons. Nature 382:363-366 (m^3 h).
Rates measured at `temp`, scaled by q10^((celsius - temp)/10); the maximal conductance is scaled by the same factor.
ENDCOMMENT

NEURON {
    SUFFIX na
    USEION na READ ena WRITE ina
    RANGE gbar, vshift, g, ina, minf, hinf, mtau, htau
    GLOBAL tha, qa, Ra, Rb, thi1, thi2, qi, Rd, Rg, thinf, qinf, q10, temp
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (pS) = (picosiemens)
    (um) = (micron)
}

PARAMETER {
    gbar = 1000 (pS/um2)
    vshift = -10 (mV) : moves activation and inactivation along the voltage axis
    tha = -35 (mV) : half-activation of the m rates
    qa = 9 (mV)
    Ra = 0.182 (/ms)
    Rb = 0.124 (/ms)
    thi1 = -50 (mV) : half-inactivation of the h rates
    thi2 = -75 (mV)
    qi = 5 (mV)
    Rd = 0.024 (/ms)
    Rg = 0.0091 (/ms)
    thinf = -65 (mV) : half-inactivation at steady state
    qinf = 6.2 (mV)
    q10 = 2.3
    temp = 23 (degC)
}

ASSIGNED {
    v (mV)
    celsius (degC)
    ena (mV)
    ina (mA/cm2)
    g (pS/um2)
    tadj
    minf
    hinf
    mtau (ms)
    htau (ms)
}

STATE { m h }

INITIAL {
    tadj = q10^((celsius - temp)/10(degC))
    rates(v + vshift)
    m = minf
    h = hinf
}

BREAKPOINT {
    SOLVE gates METHOD cnexp
    g = tadj*gbar*m*m*m*h
    ina = (1e-4)*g*(v - ena)
}

DERIVATIVE gates {
    rates(v + vshift)
    m' = (minf - m)/mtau
    h' = (hinf - h)/htau
}

UNITSOFF

PROCEDURE rates(v (mV)) {
    LOCAL a, b

    a = Ra*vtrap(-(v - tha), qa)
    b = Rb*vtrap(v - tha, qa)
    mtau = 1/(tadj*(a + b))
    minf = a/(a + b)

    a = Rd*vtrap(-(v - thi1), qi)
    b = Rg*vtrap(v - thi2, qi)
    htau = 1/(tadj*(a + b))
    hinf = 1/(1 + exp((v - thinf)/qinf))
}

: x/(exp(x/y) - 1), by its series where numerator and denominator vanish together
FUNCTION vtrap(x, y) {
    if (fabs(x/y) < 1e-6) {
        vtrap = y*(1 - x/y/2)
    } else {
        vtrap = x/(exp(x/y) - 1)
    }
}

UNITSON
