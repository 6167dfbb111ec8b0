TITLE several ions, ions of our own, VALENCE, and all that can be read

NEURON {
    SUFFIX several_ions
    USEION na READ ena, nai, nao WRITE ina
    USEION k READ ek, ik WRITE ik
    USEION ca READ cai, cao, eca WRITE ica VALENCE 2
    USEION zn READ ezn, zni, zno WRITE izn VALENCE 2
    USEION q READ qi
    NONSPECIFIC_CURRENT il, im
    RANGE gna, gk, gca, gzn, seen, before, ratio
}

UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
    (mM) = (milli/liter)
}

PARAMETER {
    gna = 1e-4 (S/cm2)
    gk = 2e-4 (S/cm2)
    gca = 1e-5 (S/cm2)
    gzn = 3e-5 (S/cm2)
    ena = 50 (mV)
    ek = -77 (mV)
}

ASSIGNED {
    v (mV)
    ina ik ica izn il im (mA/cm2)
    nai nao cai cao zni zno qi (mM)
    eca ezn (mV)
    seen
    before
    ratio
}

INITIAL {
    seen = nai + zni + qi
}

BREAKPOINT {
    before = ik
    ina = gna*(v - ena)
    ik = gk*(v - ek)
    ica = gca*(v - eca)
    izn = gzn*(v - ezn)
    il = 1e-5*(v + 60)
    im = 2e-5*(v + 70)*(v > -60)
    ratio = cai/cao + nao/nai + zno + ik/ina
}
