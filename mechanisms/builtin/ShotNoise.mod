TITLE ShotNoise: current of shots at random times

COMMENT
Shots come as a Poisson process of `rate`; each rises and decays as exp(-t/tau2) - exp(-t/tau1), scaled to a peak of amp nA that is drawn
from the gamma distribution of mean amp_mean and variance amp_var: positive where amp_mean is, and always amp_mean where amp_var is 0.
They begin at t = del and are cut off at del + dur. tau1 is the shorter one. Positive current depolarises; a seed as in OUNoise. Gamma numbers after Marsaglia G,
Tsang WW (2000) A simple method for generating gamma variables. ACM Trans Math Softw 26:363-372.
ENDCOMMENT

NEURON {
    POINT_PROCESS ShotNoise
    ELECTRODE_CURRENT i
    RANGE del, dur, rate, amp_mean, amp_var, tau1, tau2, seed, i
    RANDOM r
}

UNITS {
    (nA) = (nanoamp)
    (nA2) = (nanoamp2)
}

PARAMETER {
    del = 0 (ms)
    dur = 1e9 (ms) <0, 1e9>
    rate = 100 (Hz) <0, 1e9>
    amp_mean = 0.01 (nA)
    amp_var = 0 (nA2) <0, 1e9>
    tau1 = 0.4 (ms) <1e-9, 1e9>
    tau2 = 4 (ms) <1e-9, 1e9>
    seed = -1
}

ASSIGNED {
    i (nA)
    scale
    shape
}

STATE {
    A (nA)
    B (nA)
}

INITIAL {
    LOCAL peak

    if (seed >= 0) {
        random_setids(r, seed, 0, 1)
    }
    A = 0
    B = 0
    i = 0
    if (tau1 > 0.9999*tau2) {
        tau1 = 0.9999*tau2
    }
    peak = tau1*tau2/(tau2 - tau1)*log(tau2/tau1)
    scale = 1/(exp(-peak/tau2) - exp(-peak/tau1))
    shape = 0
    if (amp_var > 0) {
        shape = amp_mean*amp_mean/amp_var
    }
    if (rate > 0 && dur > 0) {
        net_send(del + wait(), 1)
    }
}

BREAKPOINT {
    SOLVE decay METHOD cnexp
    if (t < del + dur) {
        i = B - A
    } else {
        i = 0
    }
}

DERIVATIVE decay {
    A' = -A/tau1
    B' = -B/tau2
}

: to the next shot
FUNCTION wait() (ms) {
    wait = (1000)*random_negexp(r)/rate
}

: of mean `shape`; one below 1 comes from that of shape + 1
FUNCTION gamma() {
    LOCAL d, c, x, v3, again

    d = shape - 1/3
    if (shape < 1) {
        d = d + 1
    }
    c = 1/sqrt(9*d)
    again = 1
    while (again) {
        x = random_normal(r)
        v3 = 1 + c*x
        if (v3 > 0) {
            v3 = v3*v3*v3
            if (log(random_uniform(r)) < x*x/2 + d*(1 - v3 + log(v3))) {
                again = 0
            }
        }
    }
    gamma = d*v3
    if (shape < 1) {
        gamma = gamma*random_uniform(r)^(1/shape)
    }
}

NET_RECEIVE(w) {
    LOCAL peak

    if (flag == 1 && t < del + dur) {
        peak = amp_mean
        if (shape > 0) {
            peak = gamma()*amp_var/amp_mean
        }
        A = A + peak*scale
        B = B + peak*scale
        net_send(wait(), 1)
    }
}
