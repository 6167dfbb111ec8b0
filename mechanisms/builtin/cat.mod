TITLE cat: low-threshold (T-type) calcium current

COMMENT
Huguenard JR, McCormick DA (1992) Simulation of the currents involved in rhythmic oscillations in thalamic relay neurons.
J Neurophysiol 68:1373-1383 (m^2 h). Q10 from 24 degC: 5 for activation, 3 for inactivation, of Coulter DA, Huguenard JR,
Prince DA (1989) J Physiol 414:587-604.
The current is that of Goldman, Hodgkin and Katz: Hodgkin AL, Katz B (1949) J Physiol 108:37-77, for a permeability `pbar`.
ENDCOMMENT

NEURON {
    SUFFIX cat
    USEION ca READ cai, cao WRITE ica
    RANGE pbar, vshift, ica, minf, mtau, hinf, htau
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (molar) = (1/liter)
    (mM) = (millimolar)
    FARADAY = (faraday) (coulomb)
    R = (k-mole) (joule/degC)
}

PARAMETER {
    pbar = 0.2e-3 (cm/s) : maximal permeability
    vshift = 0 (mV) : moves the gates along the voltage axis
}

ASSIGNED {
    v (mV)
    celsius (degC)
    cai (mM)
    cao (mM)
    ica (mA/cm2)
    minf
    mtau (ms)
    hinf
    htau (ms)
}

STATE { m h }

INITIAL {
    rates(v - vshift)
    m = minf
    h = hinf
}

BREAKPOINT {
    SOLVE gates METHOD cnexp
    ica = pbar*m*m*h*ghk(v, cai, cao)
}

DERIVATIVE gates {
    rates(v - vshift)
    m' = (minf - m)/mtau
    h' = (hinf - h)/htau
}

: charge per volume moved by a pore of unit permeability; inward flux is negative
FUNCTION ghk(v (mV), ci (mM), co (mM)) (.001 coul/cm3) {
    LOCAL x, r

    x = (1e-3)*2*FARADAY*v/(R*(celsius + 273.15(degC)))
    r = exprelr(x)
    ghk = (.001)*2*FARADAY*(ci*(r + x) - co*r)
}

UNITSOFF

: x/(exp(x) - 1), by its series near 0; exprelr(-x) = exprelr(x) + x
FUNCTION exprelr(x) {
    if (fabs(x) < 1e-4) {
        exprelr = 1 - x/2 + x*x/12
    } else {
        exprelr = x/(exp(x) - 1)
    }
}

PROCEDURE rates(v (mV)) {
    minf = 1/(1 + exp(-(v + 57)/6.2))
    mtau = (0.612 + 1/(exp(-(v + 132)/16.7) + exp((v + 16.8)/18.2)))/5^((celsius - 24)/10)

    hinf = 1/(1 + exp((v + 81)/4))
    if (v < -80) {
        htau = exp((v + 467)/66.6)
    } else {
        htau = 28 + exp(-(v + 22)/10.5)
    }
    htau = htau/3^((celsius - 24)/10)
}

UNITSON
