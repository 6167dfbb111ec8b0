TITLE streams of Random123 behind a BBCOREPOINTER, as CoreNEURON's models keep them; their spread is 0 here

NEURON {
    THREADSAFE
    POINT_PROCESS streams
    NONSPECIFIC_CURRENT i
    RANGE g, spread, level, i
    BBCOREPOINTER rng
}

PARAMETER {
    g = 0.001 (uS)
    spread = 0
}

ASSIGNED {
    v (mV)
    i (nA)
    level
    rng
}

VERBATIM
#include "nrnran123.h"
ENDVERBATIM

INITIAL {
    level = 1
    VERBATIM
    if (_p_rng) {
        nrnran123_setseq((nrnran123_State*)_p_rng, 0, 0);
    }
    ENDVERBATIM
}

BREAKPOINT {
    SOLVE wander
    i = g*level*(v + 65)
}

PROCEDURE wander() {
    level = level + 0.01*(2 - level) + spread*uniform() + spread*bell()
}

FUNCTION uniform() {
    VERBATIM
    if (_p_rng) {
        _luniform = nrnran123_dblpick((nrnran123_State*)_p_rng);
    } else {
        _luniform = 0.5;
    }
    ENDVERBATIM
}

FUNCTION bell() {
    VERBATIM
    if (_p_rng) {
        _lbell = nrnran123_normal((nrnran123_State*)_p_rng);
    }
    ENDVERBATIM
}

PROCEDURE set_streams() {
    VERBATIM
    nrnran123_State** stream = (nrnran123_State**)(&_p_rng);
    if (*stream) {
        nrnran123_deletestream(*stream);
        *stream = (nrnran123_State*)0;
    }
    if (ifarg(2)) {
        *stream = nrnran123_newstream((uint32_t)*getarg(1), (uint32_t)*getarg(2));
    }
    ENDVERBATIM
}

VERBATIM
static void bbcore_write(double* x, int* d, int* xx, int* offset, _threadargsproto_) {
    if (d) {
        uint32_t* di = ((uint32_t*)d) + *offset;
        nrnran123_State** stream = (nrnran123_State**)(&_p_rng);
        nrnran123_getids3(*stream, di, di + 1, di + 2);
    }
    *offset += 3;
}

static void bbcore_read(double* x, int* d, int* xx, int* offset, _threadargsproto_) {
    uint32_t* di = ((uint32_t*)d) + *offset;
    nrnran123_State** stream = (nrnran123_State**)(&_p_rng);
    *stream = nrnran123_newstream3(di[0], di[1], di[2]);
    *offset += 3;
}
ENDVERBATIM
