TITLE old files: CR LF, names that are words of C++, and ? comments

COMMENT
  café, not ASCII
ENDCOMMENT

INDEPENDENT {t FROM 0 TO 1 WITH 1 (ms)}

NEURON {
    SUFFIX clash ? the name
    NONSPECIFIC_CURRENT operator
    RANGE public, class, new, operator
}

PARAMETER {
    public = 0.0001 (mho/cm2)
    class = -70 (mV)
}

ASSIGNED {
    v (mV)
    operator (mA/cm2)
    new
    context
}

STATE { state }

INITIAL { state = 0.5 }

BREAKPOINT {
    SOLVE receive METHOD cnexp
    context = 2
    operator = public*context*state*(v - class)
    new = -2^2 + 2^-1 + 2^3^0.5 - (-3)^2
}

DERIVATIVE receive {
    VERBATIM
    /* nothing */
    ENDVERBATIM
    state' = -state/5 : decays
}
