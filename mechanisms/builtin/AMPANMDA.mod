TITLE AMPANMDA: glutamatergic synapse with AMPA and NMDA receptors

COMMENT
Both conductances rise and decay exponentially; an event of weight w has its AMPA peak at w uS and its (unblocked) NMDA
peak at NMDA_ratio*w uS. The magnesium block is that of Jahr CE, Stevens CF (1990) Voltage dependence of NMDA-activated
macroscopic conductances predicted by single-channel kinetics. J Neurosci 10:3178-3182.
Time constants: Hausser M, Roth A (1997) J Physiol 501:77-95 (AMPA), Rinaldi T, Silberberg G, Markram H (2008)
Cereb Cortex 18:763-770 (NMDA).
ENDCOMMENT

NEURON {
    POINT_PROCESS AMPANMDA
    NONSPECIFIC_CURRENT i
    RANGE tau_r_AMPA, tau_d_AMPA, tau_r_NMDA, tau_d_NMDA, NMDA_ratio, mg, e
    RANGE i, i_AMPA, i_NMDA, g_AMPA, g_NMDA
}

UNITS {
    (nA) = (nanoamp)
    (mV) = (millivolt)
    (uS) = (microsiemens)
    (molar) = (1/liter)
    (mM) = (millimolar)
}

PARAMETER {
    tau_r_AMPA = 0.2 (ms) <1e-9, 1e9>
    tau_d_AMPA = 1.7 (ms) <1e-9, 1e9>
    tau_r_NMDA = 0.29 (ms) <1e-9, 1e9>
    tau_d_NMDA = 43 (ms) <1e-9, 1e9>
    NMDA_ratio = 0.71 : peak NMDA over peak AMPA conductance
    mg = 1 (mM) : extracellular magnesium
    e = 0 (mV)
}

ASSIGNED {
    v (mV)
    i (nA)
    i_AMPA (nA)
    i_NMDA (nA)
    g_AMPA (uS)
    g_NMDA (uS)
    factor_AMPA
    factor_NMDA
}

STATE {
    A_AMPA (uS)
    B_AMPA (uS)
    A_NMDA (uS)
    B_NMDA (uS)
}

INITIAL {
    A_AMPA = 0
    B_AMPA = 0
    A_NMDA = 0
    B_NMDA = 0
    factor_AMPA = norm(tau_r_AMPA, tau_d_AMPA)
    factor_NMDA = norm(tau_r_NMDA, tau_d_NMDA)
}

BREAKPOINT {
    SOLVE decay METHOD cnexp
    g_AMPA = B_AMPA - A_AMPA
    g_NMDA = (B_NMDA - A_NMDA)*unblocked(v)
    i_AMPA = g_AMPA*(v - e)
    i_NMDA = g_NMDA*(v - e)
    i = i_AMPA + i_NMDA
}

DERIVATIVE decay {
    A_AMPA' = -A_AMPA/tau_r_AMPA
    B_AMPA' = -B_AMPA/tau_d_AMPA
    A_NMDA' = -A_NMDA/tau_r_NMDA
    B_NMDA' = -B_NMDA/tau_d_NMDA
}

: fraction of NMDA channels that magnesium leaves open
FUNCTION unblocked(v (mV)) {
    unblocked = 1/(1 + exp(-0.062(/mV)*v)*mg/3.57(mM))
}

: makes the peak of exp(-t/decay) - exp(-t/rise) one
FUNCTION norm(rise (ms), decay (ms)) {
    LOCAL tpeak

    tpeak = rise*decay/(decay - rise)*log(decay/rise)
    norm = 1/(exp(-tpeak/decay) - exp(-tpeak/rise))
}

NET_RECEIVE(weight (uS)) {
    A_AMPA = A_AMPA + weight*factor_AMPA
    B_AMPA = B_AMPA + weight*factor_AMPA
    A_NMDA = A_NMDA + weight*NMDA_ratio*factor_NMDA
    B_NMDA = B_NMDA + weight*NMDA_ratio*factor_NMDA
}
