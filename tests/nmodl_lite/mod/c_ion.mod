: NEURON's own name for an ion's variable, as models that read and write one concentration spell it in INITIAL.
NEURON {
    SUFFIX c_ion
    USEION ca READ cai, ica WRITE cai
    RANGE depth, tau, seen
}
PARAMETER {
    depth = 0.1 (um)
    tau = 20 (ms)
    rest = 1e-4 (mM)
}
ASSIGNED {
    ica (mA/cm2)
    seen (mM)
}
STATE { cai (mM) }
INITIAL {
    VERBATIM
    cai = _ion_cai;
    seen = _ion_cai * 2;
    ENDVERBATIM
}
BREAKPOINT { SOLVE pool METHOD cnexp }
DERIVATIVE pool { cai' = -10*ica/(2*96.485*depth) + (rest - cai)/tau }
