TITLE CaDynamics: calcium in a thin shell under the membrane, with buffering

COMMENT
Destexhe A, Mainen ZF, Sejnowski TJ (1994) Synthesis of models for excitable membranes, synaptic transmission and
neuromodulation using a common kinetic formalism. J Comput Neurosci 1:195-230; with the free fraction `gamma` as in
Hay E et al. (2011) PLoS Comput Biol 7:e1002107.
Parameter names are those of the Allen Cell Types biophysical models.
ENDCOMMENT

NEURON {
    SUFFIX CaDynamics
    USEION ca READ ica WRITE cai
    RANGE gamma, decay, depth, minCai
}

UNITS {
    (molar) = (1/liter)
    (mM) = (millimolar)
    (um) = (micron)
    (mA) = (milliamp)
    FARADAY = (faraday) (coulomb)
}

PARAMETER {
    gamma = 0.05 : fraction of the entering calcium that stays free
    decay = 80 (ms) <1e-9, 1e9> : time constant of removal
    depth = 0.1 (um) <1e-9, 1e9> : thickness of the shell
    minCai = 1e-4 (mM)
}

ASSIGNED {
    ica (mA/cm2)
}

STATE { cai (mM) }

INITIAL {
    cai = minCai
}

BREAKPOINT {
    SOLVE shell METHOD cnexp
}

DERIVATIVE shell {
    cai' = -(10000)*ica*gamma/(2*FARADAY*depth) - (cai - minCai)/decay
}
