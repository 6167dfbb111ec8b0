: The ways in which published files draw random numbers, each into a variable of its own at every step.
NEURON {
    POINT_PROCESS OldNoise
    RANGE picked, waited, counter, scop, old_exp, old_normal, old_poisson, died
    POINTER donotuse
    BBCOREPOINTER rng
    THREADSAFE
}

VERBATIM
#ifndef NRN_VERSION_GTEQ_8_2_0
double nrn_random_pick(void* r);
void* nrn_random_arg(int argpos);
#define RANDCAST
#else
#define RANDCAST (Rand*)
#endif
#include "nrnran123.h"
ENDVERBATIM

PARAMETER { alive = 10 p = 0.4 }
ASSIGNED { picked waited counter scop old_exp old_normal old_poisson died donotuse rng usingR123 }

INITIAL {
    VERBATIM
    if (usingR123) nrnran123_setseq((nrnran123_State*)_p_rng, 0, 0);
    ENDVERBATIM
}

BREAKPOINT { SOLVE draw }

PROCEDURE draw() {
    picked = urand()
    waited = erand()
    counter = stream()
    scop = scop_random(1)
    old_exp = exprand(3)
    old_normal = normrand(2, 0.5)
    old_poisson = poisrand(7)
    died = binomial(alive, p)
    VERBATIM
    return 0;
    ENDVERBATIM
}

FUNCTION urand() {
    VERBATIM
    double value;
    if (_p_donotuse) {
        value = nrn_random_pick(RANDCAST _p_donotuse);
    } else {
    ENDVERBATIM
        value = scop_random(1)
    VERBATIM
    }
    ENDVERBATIM
    urand = value
}

FUNCTION erand() {
    VERBATIM
    if (_p_donotuse) {
        _lerand = nrn_random_pick(RANDCAST _p_donotuse);
    } else {
        if (_nt != nrn_threads) {
            hoc_execerror("multithread random in OldNoise", " only via hoc Random");
        }
    ENDVERBATIM
        erand = exprand(1)
    VERBATIM
    }
    ENDVERBATIM
}

FUNCTION stream() {
    VERBATIM
    double value = 0.;
    if (usingR123) {
        value = nrnran123_dblpick((nrnran123_State*)_p_rng);
    } else if (_p_rng) {
#ifndef CORENEURON_BUILD
        value = nrn_random_pick(RANDCAST _p_rng);
#endif
    }
    _lstream = value;
    ENDVERBATIM
}

FUNCTION binomial(n, p) {
    VERBATIM
    double value = 0.;
    int i;
    for (i = 0; i < _ln; i++) {
        if (urand(_threadargs_) < _lp) value = value + 1;
    }
    return value;
    ENDVERBATIM
}

PROCEDURE noiseFromRandom() {
    VERBATIM
    void** pv = (void**)(&_p_donotuse);
    if (ifarg(1)) {
        *pv = nrn_random_arg(1);
    } else {
        *pv = (void*)0;
    }
    ENDVERBATIM
}

PROCEDURE setRNG() {
    VERBATIM
#ifndef CORENEURON_BUILD
    usingR123 = 0;
    if (ifarg(1) && hoc_is_double_arg(1)) {
        nrnran123_State** pv = (nrnran123_State**)(&_p_rng);
        if (*pv) {
            nrnran123_deletestream(*pv);
            *pv = (nrnran123_State*)0;
        }
        *pv = nrnran123_newstream3((uint32_t)*getarg(1), (uint32_t)*getarg(2), (uint32_t)*getarg(3));
        usingR123 = 1;
    } else if (ifarg(1)) {
        void** pv = (void**)(&_p_rng);
        *pv = nrn_random_arg(1);
    }
#endif
    ENDVERBATIM
}

FUNCTION bbsavestate() {
    bbsavestate = 0
    VERBATIM
    double* xdir = hoc_pgetarg(1);
    if (_p_rng && *xdir == -1.) *xdir = usingR123 ? 2.0 : 1.0;
    ENDVERBATIM
}

VERBATIM
static void bbcore_write(double* x, int* d, int* xx, int* offset, _threadargsproto_) {
    if (d) {
        uint32_t* di = ((uint32_t*)d) + *offset;
        nrnran123_State** pv = (nrnran123_State**)(&_p_rng);
        nrnran123_getids3(*pv, di, di + 1, di + 2);
    }
    *offset += 3;
}
static void bbcore_read(double* x, int* d, int* xx, int* offset, _threadargsproto_) {
    *offset += 3;
}
ENDVERBATIM
