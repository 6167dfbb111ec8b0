TITLE #if in one VERBATIM, #else and #endif in others, NMODL between
VERBATIM
#define WANTED 1
ENDVERBATIM
NEURON {
    SUFFIX hidden
    RANGE x, y, z
}
ASSIGNED { x y z }
INITIAL {
VERBATIM
#if 0
ENDVERBATIM
    x = 1
VERBATIM
#else
    y = 3;
ENDVERBATIM
    x = 2
    if (x > 1) {
VERBATIM
#if defined(WANTED) && WANTED > 0
ENDVERBATIM
        z = 2*x
VERBATIM
#endif
ENDVERBATIM
    }
VERBATIM
#endif
ENDVERBATIM
}
