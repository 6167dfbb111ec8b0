TITLE iaf_psc_alpha: leaky integrate-and-fire with alpha-shaped synaptic currents, at fixed steps

COMMENT
    V' = -(V - E_L)/tau_m + (I_ex + I_in + I_e)/C_m       above V_th the cell spikes, and V is V_reset for t_ref
    I_ex' = rise_ex - I_ex/tau_syn_ex, rise_ex' = -rise_ex/tau_syn_ex       an event of positive weight w (nA) adds e w/tau_syn_ex to rise_ex,
    I_in' = rise_in - I_in/tau_syn_in, rise_in' = -rise_in/tau_syn_in       one of negative weight likewise to rise_in: w is the peak of its current

Steps are exact: Rotter S, Diesmann M (1999) "Exact digital simulation of time-invariant linear systems with applications to neuronal
modeling", Biological Cybernetics 81:381-402. Spikes lie at ends of steps. Names are NEST's; units are nA and nF, a thousandth of its pA and pF.
Beside events a Poisson process of `rate` events per s, of weight `w_rate`, drives each cell, from its own stream of random numbers: as many of a
step as there are arrive at its end.
ENDCOMMENT

NEURON {
    ARTIFICIAL_CELL iaf_psc_alpha
    RANGE E_L, C_m, tau_m, t_ref, V_th, V_reset, tau_syn_ex, tau_syn_in, I_e, V_init, rate, w_rate, V_m, I_ex, I_in
    RANDOM r
}

PARAMETER {
    E_L = -70 (mV)
    C_m = 0.25 (nF) <1e-9, 1e9>
    tau_m = 10 (ms) <1e-9, 1e9>
    t_ref = 2 (ms) <0, 1e9>
    V_th = -55 (mV)
    V_reset = -70 (mV)
    tau_syn_ex = 2 (ms) <1e-9, 1e9>
    tau_syn_in = 2 (ms) <1e-9, 1e9>
    I_e = 0 (nA)
    V_init = -70 (mV)
    rate = 0 (Hz) <0, 1e9>
    w_rate = 0 (nA)
}

ASSIGNED {
    V_m (mV)
    I_ex (nA)
    I_in (nA)
    rise_ex (nA/ms)
    rise_in (nA/ms)
    u       : what is drawn for a step of the Poisson process, whose mean is this and whose chance of no event is that
    mean
    none
    left    : steps of the refractory time
    leak    : what a step leaves of V_m - E_L, of I_ex, of I_in
    decay_ex
    decay_in
    from_e (mV)  : what a step of these currents adds to V_m
    from_ex (megohm)
    from_in (megohm)
    from_rise_ex (megohm-ms)  : ... and what of a step of these
    from_rise_in (megohm-ms)
    jump_ex (/ms)
    jump_in (/ms)
}

: (exp(x) - 1)/x
FUNCTION phi(x) {
    LOCAL term, k
    if (fabs(x) > 0.5) {
        phi = (exp(x) - 1)/x
    } else {
        phi = 1
        term = 1
        k = 2
        while (k < 16) {
            term = term*x/k
            phi = phi + term
            k = k + 1
        }
    }
}

: (x exp(x) - exp(x) + 1)/x^2
FUNCTION phi2(x) {
    LOCAL power, k
    if (fabs(x) > 0.5) {
        phi2 = ((x - 1)*exp(x) + 1)/(x*x)
    } else {
        phi2 = 0
        power = 0.5
        k = 2
        while (k < 18) {
            phi2 = phi2 + power*(k - 1)
            k = k + 1
            power = power*x/k
        }
    }
}

INITIAL {
    V_m = V_init
    I_ex = 0
    I_in = 0
    rise_ex = 0
    rise_in = 0
    jump_ex = exp(1)/tau_syn_ex
    jump_in = exp(1)/tau_syn_in
    left = 0
    u = 0
    mean = rate*dt/(1000)
    none = exp(-mean)
    leak = exp(-dt/tau_m)
    decay_ex = exp(-dt/tau_syn_ex)
    decay_in = exp(-dt/tau_syn_in)
    from_e = tau_m/C_m*(1 - leak)*I_e
    from_ex = leak*dt/C_m*phi(dt/tau_m - dt/tau_syn_ex)
    from_in = leak*dt/C_m*phi(dt/tau_m - dt/tau_syn_in)
    from_rise_ex = leak*dt*dt/C_m*phi2(dt/tau_m - dt/tau_syn_ex)
    from_rise_in = leak*dt*dt/C_m*phi2(dt/tau_m - dt/tau_syn_in)
    net_send(0, 1)
}

BREAKPOINT {
    SOLVE advance
}

PROCEDURE advance() {
    if (left > 0) {
        left = left - 1
    } else {
        V_m = E_L + leak*(V_m - E_L) + from_ex*I_ex + from_rise_ex*rise_ex + from_in*I_in + from_rise_in*rise_in + from_e
    }
    I_ex = decay_ex*(I_ex + dt*rise_ex)
    I_in = decay_in*(I_in + dt*rise_in)
    rise_ex = decay_ex*rise_ex
    rise_in = decay_in*rise_in
}

AFTER SOLVE {
    u = random_uniform(r)
}

: by inversion of the distribution; where that takes long, as NMODL draws it
BEFORE STEP {
    LOCAL n, term, sum
    n = 0
    if (mean > 30) {
        n = random_poisson(r, mean)
    } else {
        term = none
        sum = none
        while (u > sum && term > 0) {
            n = n + 1
            term = term*mean/n
            sum = sum + term
        }
    }
    rise_ex = rise_ex + jump_ex*w_rate*n
}

: flag of an event of its own: 1 begin, 2 V_m is above V_th
NET_RECEIVE(w (nA)) {
    if (flag == 0) {
        if (w < 0) {
            rise_in = rise_in + jump_in*w
        } else {
            rise_ex = rise_ex + jump_ex*w
        }
    } else {
        if (flag == 2) {
            net_event(t)
            V_m = V_reset
            left = ceil(t_ref/dt - 1e-6)
        }
        WATCH (V_m > V_th) 2
    }
}
