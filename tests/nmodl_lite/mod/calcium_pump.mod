TITLE Nonlinear KINETIC scheme: buffer and pump in compartments, an ion as a state, another as a constant reactant

NEURON {
    SUFFIX calcium_pump
    USEION ca READ cao, ica WRITE cai, ica
    RANGE ica_pump, drive
}
UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
    (molar) = (1/liter)
    (mM) = (millimolar)
    (um) = (micron)
    FARADAY = (faraday) (10000 coulomb)
    PI = (pi) (1)
}
PARAMETER {
    drive = 1e-3 (mA/cm2)
    bound0 = 0.002 (mM)
    pumped0 = 0
    pump0 = 3e-14
    k1 = 1e10 (/mM-s)
    k2 = 50e7 (/s)
    k3 = 1e10 (/s)
    k4 = 5e6 (/mM-s)
    kf = 30 (/mM-ms)
    kb = 0.03 (/ms)
}
ASSIGNED {
    v (mV)
    ica (mA/cm2)
    cao (mM)
    diam (um)
    ica_pump (mA/cm2)
    volume (um2)
    parea (um)
}
STATE {
    cai (mM) <1e-8>
    free (mM)
    bound (mM)
    pump (mol/cm2)
    pumped (mol/cm2)
}
INITIAL {
    volume = PI*(diam/2)^2
    parea = PI*diam
    free = 0.01
}
BREAKPOINT {
    SOLVE state METHOD sparse
    ica = ica_pump - drive*(v > -20)
}
KINETIC state {
    COMPARTMENT volume {cai free bound}
    COMPARTMENT (1e10)*parea {pump pumped}
    ~ cai << (drive*(v > -20)*parea*(1e4)/(2*FARADAY))
    ~ cai + free <-> bound (volume*kf, volume*kb)
    ~ cai + pump <-> pumped (k1*parea*1e7, k2*parea*1e7)
    ~ pumped <-> pump + cao (k3*parea*1e7, k4*parea*1e7)
    ica_pump = 2*FARADAY*(f_flux - b_flux)/parea*1e-7
}
