TITLE NaV: transient and resurgent sodium current, kinetic scheme

COMMENT
Carter BC, Giessel AJ, Sabatini BL, Bean BP (2012) Transient sodium current at subthreshold voltages: activation by EPSP
waveforms. Neuron 75:1081-1093: five closed states, one open, each with its inactivated partner, after Kuo CC, Bean BP (1994)
Na+ channels must deactivate to recover from inactivation. Neuron 12:819-829. Rates at 37 degC; Q10 2.3.
Parameter names are those of the Allen Cell Types biophysical models.
ENDCOMMENT

NEURON {
    SUFFIX NaV
    USEION na READ ena WRITE ina
    RANGE gbar, g, ina
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}

PARAMETER {
    gbar = 0.015 (S/cm2)
    Con = 0.01 (/ms)   : inactivation while all sensors rest
    Coff = 40 (/ms)    : recovery from that
    Oon = 8 (/ms)      : inactivation of the open channel
    Ooff = 0.05 (/ms)  : recovery from that
    alpha = 400 (/ms)  : activation of one sensor at 0 mV
    beta = 12 (/ms)    : deactivation of one sensor at 0 mV
    gamma = 250 (/ms)  : opening
    delta = 60 (/ms)   : closing
    alfac = 2.51       : each activated sensor speeds inactivation, and inactivation activation, by this factor
    btfac = 5.32       : each activated sensor slows recovery, and inactivation deactivation, by this factor
    x1 = 24 (mV)       : voltage dependence of activation
    x2 = -24 (mV)      : and of deactivation
}

ASSIGNED {
    v (mV)
    celsius (degC)
    ena (mV)
    ina (mA/cm2)
    g (S/cm2)
}

STATE { C1 C2 C3 C4 C5 O I1 I2 I3 I4 I5 I6 }

INITIAL {
    SOLVE gating STEADYSTATE sparse
}

BREAKPOINT {
    SOLVE gating METHOD sparse
    g = gbar*O
    ina = g*(v - ena)
}

KINETIC gating {
    LOCAL qt, up, down, faster, slower

    qt = 2.3^((celsius - 37)/10 (degC))
    up = qt*alpha*exp(v/x1)
    down = qt*beta*exp(v/x2)

    ~ C1 <-> C2 (4*up, down)
    ~ C2 <-> C3 (3*up, 2*down)
    ~ C3 <-> C4 (2*up, 3*down)
    ~ C4 <-> C5 (up, 4*down)
    ~ C5 <-> O (qt*gamma, qt*delta)

    faster = up*alfac
    slower = down/btfac
    ~ I1 <-> I2 (4*faster, slower)
    ~ I2 <-> I3 (3*faster, 2*slower)
    ~ I3 <-> I4 (2*faster, 3*slower)
    ~ I4 <-> I5 (faster, 4*slower)
    ~ I5 <-> I6 (qt*gamma, qt*delta)

    ~ C1 <-> I1 (qt*Con, qt*Coff)
    ~ C2 <-> I2 (qt*Con*alfac, qt*Coff/btfac)
    ~ C3 <-> I3 (qt*Con*alfac^2, qt*Coff/btfac^2)
    ~ C4 <-> I4 (qt*Con*alfac^3, qt*Coff/btfac^3)
    ~ C5 <-> I5 (qt*Con*alfac^4, qt*Coff/btfac^4)
    ~ O <-> I6 (qt*Oon, qt*Ooff)

    CONSERVE C1 + C2 + C3 + C4 + C5 + O + I1 + I2 + I3 + I4 + I5 + I6 = 1
}
