TITLE Kv7.2/7.3: M current

COMMENT
Heteromers of Kv7.2 and Kv7.3 at 22 degC, in the model of the authors (ModelDB 148094), other time constants for opening and closing.

Miceli F, Soldovieri MV, Ambrosino P, Barrese V, Migliore M, Cilio MR, Taglialatela M (2013) Genotype-phenotype correlations in neonatal
epilepsies caused by mutations in the voltage sensor of Kv7.2 potassium channel subunits. PNAS 110:4386-4391.

Defaults: wild type, Kv7.2 + Kv7.3.
ENDCOMMENT

NEURON {
    SUFFIX kv72
    USEION k READ ek WRITE ik
    RANGE gbar, g, half, slope
    RANGE t_open, h_open, z_open, d_open, r_open, t_close, h_close, z_close, d_close, r_close
}

UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
    (S) = (siemens)
}

PARAMETER {
    gbar = 0.0001 (S/cm2)
    half = -30.7 (mV)
    slope = 11.65 (mV)
    t_open = 75 (ms)
    h_open = -40 (mV)
    z_open = 13
    d_open = 0.96
    r_open = 0.006 (/ms)
    t_close = 25 (ms)
    h_close = -60 (mV)
    z_close = 4
    d_close = 0.85
    r_close = 0.0095 (/ms)
    q10 = 3.8
}

ASSIGNED {
    v (mV)
    celsius (degC)
    ek (mV)
    ik (mA/cm2)
    g (S/cm2)
    minf
    mtau (ms)
}

STATE { m }

INITIAL { m = open(v) }

BREAKPOINT {
    SOLVE gate METHOD cnexp
    g = gbar*m
    ik = g*(v - ek)
}

DERIVATIVE gate {
    minf = open(v)
    if (m < minf) {
        mtau = tau(v, t_open, h_open, z_open, d_open, r_open)
    } else {
        mtau = tau(v, t_close, h_close, z_close, d_close, r_close)
    }
    m' = (minf - m)/mtau
}

FUNCTION open(v (mV)) {
    open = 1/(1 + exp(-(v - half)/slope))
}

FUNCTION tau(v (mV), base (ms), middle (mV), z, d, rate (/ms)) (ms) {
    LOCAL x
    x = 0.0378 (/mV)*z*(v - middle)
    tau = (base + exp(d*x)/(rate*(1 + exp(x))))/q10^((celsius - 22 (degC))/10 (degC))
}
