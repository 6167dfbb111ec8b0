: VECTORs behind POINTERs: a synapse that reads strengths from one and writes into another, by vector_instance_px and vector_vec.
NEURON {
    POINT_PROCESS vector_synapse
    RANGE e, tau, used, left, n
    NONSPECIFIC_CURRENT i
    POINTER strengths, notes
}
PARAMETER {
    e = 0 (mV)
    tau = 2 (ms)
}
ASSIGNED {
    v (mV)
    i (nA)
    strengths
    notes
    used
    left
    n
    next
}
STATE { g (uS) }
VERBATIM
extern int vector_instance_px(void*, double**);
ENDVERBATIM
INITIAL {
    g = 0
    next = 0
    used = 0
    left = 0
    VERBATIM
    n = vector_capacity((IvocVect*)_p_notes);
    ENDVERBATIM
}
BREAKPOINT {
    SOLVE state METHOD cnexp
    i = g*(v - e)
}
DERIVATIVE state { g' = -g/tau }
NET_RECEIVE (weight) {
VERBATIM
    double *x, *y;
    int size = vector_instance_px(_p_strengths, &x);
    vector_instance_px(_p_notes, &y);
    used = next < size ? x[(int)next] : 0.5;
    next++;
    x[0] *= 1.5;
    *(y + 1) = t;
    y[2]++;
    left = y[2] + *(y + 1);
ENDVERBATIM
    g = g + weight*used
}
PROCEDURE set_strengths() {
VERBATIM
    *((void**)(&_p_strengths)) = vector_arg(1);
ENDVERBATIM
}
PROCEDURE set_notes() {
VERBATIM
    *((void**)(&_p_notes)) = vector_arg(1);
ENDVERBATIM
}
