TITLE Nav1.1: sodium channel of the brain with slow inactivation

COMMENT
Gates of the human channel with its beta1 subunit in oocytes, at room temperature.

Barela AJ, Waddy SP, Lickfett JG, Hunter J, Anido A, Helmers SL, Goldin AL, Escayg A (2006) An epilepsy mutation in the sodium
channel SCN1A that decreases channel excitability. J Neurosci 26:2714-2723; the numbers are those of the authors' model (ModelDB 87585).
Model neuron after Spampanato J, Aradi I, Soltesz I, Goldin AL (2004) J Neurophysiol 91:2040-2050.

Defaults: wild type. R859C: m_half -21.3 mV, m_slope 7.257158 mV, s_tau 190.2 s, s_tau_half -90.4 mV, s_tau_width 38.9 mV.
ENDCOMMENT

NEURON {
    SUFFIX nav11
    USEION na READ ena WRITE ina
    RANGE gbar, g, m_half, m_slope, h_half, s_half, s_tau, s_tau_half, s_tau_width
}

UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
    (S) = (siemens)
}

PARAMETER {
    gbar = 0.2 (S/cm2)
    m_half = -27.4 (mV)
    m_slope = 5.404267 (mV) : 1/(4.7*0.03937)
    h_half = -41.9 (mV)
    s_half = -46.0 (mV)
    s_tau = 140.4 (s)
    s_tau_half = -71.3 (mV)
    s_tau_width = 30.9 (mV)
}

ASSIGNED {
    v (mV)
    ena (mV)
    ina (mA/cm2)
    g (S/cm2)
    minf
    hinf
    sinf
    htau (ms)
    stau (ms)
}

STATE { m h s }

INITIAL {
    rates(v)
    m = minf
    h = hinf
    s = sinf
}

BREAKPOINT {
    SOLVE gates METHOD cnexp
    g = gbar*m^3*h*s
    ina = g*(v - ena)
}

DERIVATIVE gates {
    rates(v)
    m' = (minf - m)/0.15 (ms)
    h' = (hinf - h)/htau
    s' = (sinf - s)/stau
}

PROCEDURE rates(v (mV)) {
    minf = 1/(1 + exp(-(v - m_half)/m_slope))
    hinf = 1/(1 + exp((v - h_half)/6.7 (mV)))
    sinf = 1/(1 + exp((v - s_half)/6.6 (mV)))
    htau = 23.12 (ms)*exp(-0.5*((v + 77.58 (mV))/43.92 (mV))^2)
    stau = (1000)*s_tau*exp(-0.5*((v - s_tau_half)/s_tau_width)^2)
}
