TITLE gates so steep that their exponentials pass the limits of NEURON's exp: 0 below -700, exp(700) above 700

NEURON {
    SUFFIX steep
    RANGE vh, k, m, h, n, minf, mtau, hinf, htau, opposite, share, bell, boltzmann, difference, scaled, decay, trap, power
}

PARAMETER { vh = -50 (mV) k = 0.05 (mV) }

ASSIGNED { v (mV) minf mtau (ms) hinf htau (ms) opposite share bell boltzmann difference scaled decay trap power }

STATE { m h n }

UNITSOFF

INITIAL {
    rates(v)
    m = minf
    h = hinf
    n = 0.5
}

BREAKPOINT {
    LOCAL u
    SOLVE gates METHOD cnexp
    u = v + 40
    opposite = exp((v - vh)/k)/(1 + exp((vh - v)/k))
    share = exp(u/0.05)/(exp(u/0.05) + exp(u/0.1))
    bell = 1/(exp((v - vh)/k) + exp(-(v - vh)/k))
    boltzmann = 1/(1 + exp((vh - v)/k)) + 3/(1 + exp((v - vh)/k)) + 20000/(1 + exp(-u/0.02))
    difference = exp(u/0.03) - exp(-u/0.03)
    scaled = 0.07*exp(-(v + 65)/0.2)*exp((v + 65)/0.1)
    decay = exp(-exp(u/0.1))
    trap = vtrap(u, 0.04) + vtrap(-u, 0.04)
    power = 10^(u/0.2) + exp(u/20)^30 + fabs(u)^0.5*2^(-u*20)
}

DERIVATIVE gates {
    rates(v)
    m' = (minf - m)/mtau
    h' = (hinf - h)/htau
    n' = 0.01*exp((v - vh)/k)*(1 - n) - 0.01*exp((vh - v)/k)*n
}

PROCEDURE rates(v (mV)) {
    LOCAL a, b
    a = 0.2*exp((v - vh)/k)
    b = 0.1*exp(-(v - vh)/40)
    mtau = 1/(a + b)
    minf = a*mtau
    a = exp((v + 45)/0.04)
    b = exp(-(v + 45)/0.08)
    htau = 1 + 5/(a + b)
    hinf = b/(a + b)
}

FUNCTION vtrap(x, y) {
    if (fabs(x/y) < 1e-6) {
        vtrap = y*(1 - x/y/2)
    } else {
        vtrap = x/(exp(x/y) - 1)
    }
}

UNITSON
