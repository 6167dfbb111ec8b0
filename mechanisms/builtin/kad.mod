TITLE kad: A-type potassium current of distal CA1 dendrites (beyond 100 um from the soma)

COMMENT
Hoffman DA, Magee JC, Colbert CM, Johnston D (1997) K+ channel regulation of signal propagation in dendrites of hippocampal
pyramidal neurons. Nature 387:869-875; equations of Migliore M, Hoffman DA, Magee JC, Johnston D (1999) Role of an A-type
K+ conductance in the back-propagation of action potentials in the dendrites of hippocampal pyramidal neurons.
J Comput Neurosci 7:5-15. Q10 of activation 5 from 24 degC; inactivation has no temperature factor.
ENDCOMMENT

NEURON {
    SUFFIX kad
    USEION k READ ek WRITE ik
    RANGE gkabar, vshift, gka, ik, ninf, linf, taun, taul
    GLOBAL vhalfn, vhalfl, a0n, zetan, zetal, gmn, pw, tq, qq, nmin, lmin
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}

PARAMETER {
    gkabar = .008 (S/cm2)
    vshift = 0 (mV) : moves activation and inactivation along the voltage axis
    vhalfn = -1 (mV) : half-activation
    vhalfl = -56 (mV) : half-inactivation
    a0n = .1 (/ms)
    zetan = -1.8 : gating charges, activation
    zetal = 3 : gating charges, inactivation
    gmn = .39 : place of the activation gate in the field
    pw = -1 : further gating charges below tq
    tq = -40 (mV)
    qq = 5 (mV)
    nmin = .1 (ms) : shortest time constant of activation
    lmin = 2 (ms) : shortest time constant of inactivation
}

ASSIGNED {
    v (mV)
    celsius (degC)
    ek (mV)
    ik (mA/cm2)
    gka (S/cm2)
    ninf
    linf
    taun (ms)
    taul (ms)
}

STATE { n l }

INITIAL {
    rates(v - vshift)
    n = ninf
    l = linf
}

BREAKPOINT {
    SOLVE gates METHOD cnexp
    gka = gkabar*n*l
    ik = gka*(v - ek)
}

DERIVATIVE gates {
    rates(v - vshift)
    n' = (ninf - n)/taun
    l' = (linf - l)/taul
}

UNITSOFF

PROCEDURE rates(v (mV)) {
    LOCAL charge, a, F_RT

    : 1/mV; the papers' constants
    F_RT = 1e-3*9.648e4/(8.315*(273.16 + celsius))

    charge = zetan + pw/(1 + exp((v - tq)/qq))
    a = exp(charge*(v - vhalfn)*F_RT)
    ninf = 1/(1 + a)
    taun = exp(charge*gmn*(v - vhalfn)*F_RT)/(5^((celsius - 24)/10)*a0n*(1 + a))
    if (taun < nmin) {
        taun = nmin
    }

    linf = 1/(1 + exp(zetal*(v - vhalfl)*F_RT))
    taul = 0.26*(v + 50)
    if (taul < lmin) {
        taul = lmin
    }
}

UNITSON
