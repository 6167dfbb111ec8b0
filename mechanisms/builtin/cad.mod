TITLE cad: calcium in a thin shell under the membrane

COMMENT
Destexhe A, Babloyantz A, Sejnowski TJ (1993) Ionic mechanisms for intrinsic slow oscillations in thalamic relay neurons.
Biophys J 65:1538-1552; parameters of Mainen ZF, Sejnowski TJ (1996) Nature 382:363-366.
Calcium entering through the membrane fills a shell of thickness `depth` and leaves with time constant `taur`; an outward
calcium current does not empty the shell.
ENDCOMMENT

NEURON {
    SUFFIX cad
    USEION ca READ ica WRITE cai
    RANGE depth, taur, cainf
}

UNITS {
    (molar) = (1/liter)
    (mM) = (millimolar)
    (um) = (micron)
    (mA) = (milliamp)
    FARADAY = (faraday) (coulomb)
}

PARAMETER {
    depth = .1 (um) <1e-9, 1e9>
    taur = 200 (ms) <1e-9, 1e9>
    cainf = 100e-6 (mM)
}

ASSIGNED {
    ica (mA/cm2)
    cai (mM)
    entry (mM/ms)
}

STATE { ca (mM) }

INITIAL {
    ca = cainf
    cai = ca
}

BREAKPOINT {
    SOLVE shell METHOD cnexp
}

DERIVATIVE shell {
    entry = -(10000)*ica/(2*FARADAY*depth)
    if (entry < 0) {
        entry = 0
    }
    ca' = entry + (cainf - ca)/taur
    cai = ca
}
