: Pointers of C into arrays: arithmetic, steps, comparisons; static arrays that keep values; a header of the model's own.
NEURON {
    SUFFIX c_pointers
    RANGE sum, back, apart, ring, last, limit
    NONSPECIFIC_CURRENT i
}
PARAMETER { g = 1e-5 (S/cm2) }
ASSIGNED {
    v (mV)
    i (mA/cm2)
    sum back apart ring last limit
    w[5]
}
VERBATIM
#include "c_pointers.h"
static double buffer[LENGTH];
static int at;
ENDVERBATIM
INITIAL {
    limit = HIGHEST
    VERBATIM
    {
        double *p = w, *end = w + 5;
        int k = 0;
        while (p < end) *p++ = k++;
        at = 0;
        for (k = 0; k < LENGTH; k++) buffer[k] = 0;
    }
    ENDVERBATIM
}
BREAKPOINT {
    VERBATIM
    {
        double local[3] = {1, 2, 4}, *p = &w[4], *q = local;
        static double recent[2];
        sum = 0;
        back = *p--;
        for (; p >= w; --p) { sum += *p*TWICE(1); }
        q += 2;
        apart = (q - local) + *q + (p == w - 1 ? 100 : 0);
        buffer[at] = v;
        at = (at + 1) % LENGTH;
        ring = buffer[at];
        last = recent[1] - recent[0];
        recent[0] = recent[1];
        recent[1] = v;
        if (last > HIGHEST) last = HIGHEST;
    }
    ENDVERBATIM
    i = g*(v + 60)
}
