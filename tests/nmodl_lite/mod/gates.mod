TITLE every form of equation that cnexp solves

NEURON {
    SUFFIX gates
    USEION k READ ek WRITE ik
    RANGE gbar, g, tau, inf
    GLOBAL q10, vhalf
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}

PARAMETER {
    gbar = 0.003 (S/cm2) <0, 1e9>
    q10 = 2.3
    vhalf = -40 (mV)
    x0 = 0.25
}

ASSIGNED {
    v (mV)
    celsius (degC)
    ek (mV)
    ik (mA/cm2)
    g (S/cm2)
    tau (ms)
    inf
    alpha (/ms)
    beta (/ms)
}

STATE { x s z u w q }

INITIAL {
    rates(v)
    s = alpha/(alpha + beta)
    z = 1
    u = 0.1
    q = inf
}

BREAKPOINT {
    SOLVE states METHOD cnexp
    g = gbar*x^3*(1 - s)*q
    ik = g*(v - ek)
}

DERIVATIVE states {
    LOCAL slow
    slow = 7
    rates(v)
    x' = (inf - x)/tau
    s' = alpha*(1 - s) - beta*s
    z' = -z/(slow*tau)
    u' = 0.01*x - 0.02
    w' = x*s - 0.3*w
    if (v > -50) {
        q' = (steady(v, vhalf) - q)/(2*tau)
    } else {
        q' = -(q - 0.5)*rate(v)
    }
}

PROCEDURE rates(v (mV)) {
    LOCAL factor
    TABLE inf, tau, alpha, beta DEPEND celsius FROM -150 TO 100 WITH 250
    factor = q10^((celsius - 23)/10)
    inf = steady(v, vhalf)
    tau = (1 + 5*exp(-((v + 50)/30)^2))/factor
    alpha = factor*rate(v)
    beta = factor*0.125*exp(-(v + 65)/80)
}

FUNCTION steady(v (mV), half (mV)) {
    steady = 1/(1 + exp((half - v)/7))
}

FUNCTION rate(v (mV)) (/ms) {
    LOCAL d
    d = (v + 55)/10
    if (fabs(d) < 1e-6) {
        rate = 0.1*(1 + d/2)
    } else if (d > 0 && d < 100) {
        rate = 0.1*d/(1 - exp(-d))
    } else {
        rate = 0.1*d/(1 - exp(-d))
    }
}
