: VECTOR: an artificial cell that plays a hoc Vector of times, kept in a variable that is no POINTER.
NEURON {
    ARTIFICIAL_CELL spike_list
    RANGE played, later
}
ASSIGNED {
    index
    etime (ms)
    space
    played
    later (ms)
}
PARAMETER { delay = 0.25 (ms) }
INITIAL {
    index = 0
    played = 0
    later = 0
    element()
    if (index > 0) { net_send(etime - t + delay, 1) }
}
NET_RECEIVE (w) {
    if (flag == 1) {
        net_event(t)
        played = played + 1
        element()
        if (index > 0) { net_send(etime + delay - t, 1) }
    }
}
VERBATIM
#ifndef NRN_VERSION_GTEQ_8_2_0
extern double* vector_vec();
extern int vector_capacity();
extern void* vector_arg();
#endif
ENDVERBATIM
PROCEDURE element() {
VERBATIM
  { void* vv; int i, size; double* px;
    i = (int)index;
    if (i >= 0) {
        vv = *((void**)(&space));
        if (vv) {
            size = vector_capacity(vv);
            px = vector_vec(vv);
            if (i < size) {
                etime = px[i];
                index += 1.;
                for (px += i + 1; px < vector_vec(vv) + size; px++) later = *px;
            } else {
                index = -1.;
            }
        } else {
            index = -1.;
        }
    }
  }
ENDVERBATIM
}
PROCEDURE play() {
VERBATIM
    void** vv;
    vv = (void**)(&space);
    *vv = (void*)0;
    if (ifarg(1)) {
        *vv = vector_arg(1);
    }
ENDVERBATIM
}
PROCEDURE set_space() {
VERBATIM
    *((void**)(&space)) = vector_arg(1);
ENDVERBATIM
}
