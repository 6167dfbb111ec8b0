TITLE Vesicles that are released at random: what edges of the Blue Brain form ask of an inhibitory synapse, as short as can be

NEURON {
    POINT_PROCESS ProbGABAAB_EMS
    NONSPECIFIC_CURRENT i
    RANGE tau_r_GABAA, tau_d_GABAA, Use, Dep, Fac, Nrrp, GABAB_ratio, synapseID, conductance, g, e, free, last
    GLOBAL tau_d_GABAB, nc_type_param, minis_single_vesicle
    POINTER rng, delay_times, delay_weights
}

VERBATIM
#include "nrnran123.h"
ENDVERBATIM

PARAMETER {
    tau_r_GABAA = 0.2 (ms)
    tau_d_GABAA = 8 (ms)
    tau_d_GABAB = 43 (ms)
    Use = 1
    Dep = 100 (ms)
    Fac = 10 (ms)
    Nrrp = 1
    GABAB_ratio = 0.71
    e = -80 (mV)
    synapseID = 0
    conductance = 0
    nc_type_param = 2
    minis_single_vesicle = 0
}

ASSIGNED {
    v (mV)
    i (nA)
    g (uS)
    free
    last (ms)
    reached
    rng
    delay_times
    delay_weights
}

STATE { A (uS) B (uS) }

INITIAL {
    A = 0
    B = 0
    free = Nrrp
    last = 0
    reached = 0
}

BREAKPOINT {
    SOLVE decay METHOD cnexp
    g = A + B
    i = g*(v - e)
}

DERIVATIVE decay {
    A' = -A/(tau_d_GABAA + tau_r_GABAA)
    B' = -B/tau_d_GABAB
}

NET_RECEIVE(weight, used, kind) {
    LOCAL released, most
    INITIAL {
        if (kind == 0) {
VERBATIM
            IvocVect *times = *((IvocVect**)(&_p_delay_times));
            if (times && vector_capacity(times) >= 1) {
                int k;
                for (k = 0; k < vector_capacity(times); ++k) {
                    double at = vector_vec(times)[k];
ENDVERBATIM
                    net_send(at, 1)
VERBATIM
                }
            }
ENDVERBATIM
        }
    }
    if (flag == 1) {
VERBATIM
        IvocVect *weights = *((IvocVect**)(&_p_delay_weights));
        if (weights && vector_capacity(weights) > reached) {
            double now = vector_vec(weights)[(int)reached];
ENDVERBATIM
            weight = conductance*now
            reached = reached + 1
VERBATIM
        }
        return;
ENDVERBATIM
    }
    used = used*exp(-(t - last)/Fac)
    used = used + Use*(1 - used)
    FROM k = 1 TO Nrrp - free {
        if (draw() > exp(-(t - last)/Dep)) {
            free = free + 1
        }
    }
    released = 0
    most = free
    if (most > 1 && minis_single_vesicle && kind == 1) {
        most = 1
    }
    FROM k = 1 TO most {
        if (draw() < used) {
            free = free - 1
            released = released + 1
        }
    }
    last = t
    A = A + 0.001*weight*released/Nrrp
    B = B + 0.001*weight*GABAB_ratio*released/Nrrp
}

FUNCTION draw() {
VERBATIM
    _ldraw = nrnran123_dblpick((nrnran123_State*)_p_rng);
ENDVERBATIM
}

PROCEDURE setRNG() {
VERBATIM
    nrnran123_State** stream = (nrnran123_State**)(&_p_rng);
    *stream = nrnran123_newstream3((uint32_t)*getarg(1), (uint32_t)*getarg(2), (uint32_t)*getarg(3));
ENDVERBATIM
}

PROCEDURE setup_delay_vecs() {
VERBATIM
    IvocVect** times = (IvocVect**)(&_p_delay_times);
    IvocVect** weights = (IvocVect**)(&_p_delay_weights);
    *times = vector_arg(1);
    *weights = vector_arg(2);
ENDVERBATIM
}
