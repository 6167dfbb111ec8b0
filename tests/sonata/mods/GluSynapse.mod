TITLE Plastic excitatory synapse: what edges of the Blue Brain form ask of one, as short as can be

COMMENT
Vesicles are released at random; each release moves rho, which decides between depressed and potentiated, by the calcium that the volume of the spine makes of it.
ENDCOMMENT

NEURON {
    POINT_PROCESS GluSynapse
    NONSPECIFIC_CURRENT i
    RANGE tau_d_AMPA, Use, Use_d, Use_p, Dep, Fac, Nrrp, gmax0_AMPA, gmax_d_AMPA, gmax_p_AMPA, gmax_NMDA, theta_d_GB, theta_p_GB, rho0_GB, rho, volume_CR
    RANGE synapseID, conductance, g, e, free, last
    GLOBAL rho_star_GB
    POINTER rng
}

VERBATIM
#include "nrnran123.h"
ENDVERBATIM

PARAMETER {
    tau_d_AMPA = 1.7 (ms)
    tau_d_NMDA = 70 (ms)
    Use = 1
    Use_d = 0.2
    Use_p = 0.8
    Dep = 100 (ms)
    Fac = 10 (ms)
    Nrrp = 1
    gmax0_AMPA = 1
    gmax_d_AMPA = 1
    gmax_p_AMPA = 2
    gmax_NMDA = 0.5
    theta_d_GB = 0.006
    theta_p_GB = 0.001
    rho0_GB = 0
    rho_star_GB = 0.5
    volume_CR = 0.087
    e = 0 (mV)
    synapseID = 0
    conductance = 0
}

ASSIGNED {
    v (mV)
    i (nA)
    g (uS)
    free
    last (ms)
    used
    rng
}

STATE { A (uS) B (uS) rho }

INITIAL {
    A = 0
    B = 0
    rho = rho0_GB
    free = Nrrp
    last = 0
    used = 0
}

BREAKPOINT {
    SOLVE decay METHOD cnexp
    g = A + B
    i = g*(v - e)
}

DERIVATIVE decay {
    A' = -A/tau_d_AMPA
    B' = -B/tau_d_NMDA
    rho' = (theta_p_GB - theta_d_GB)*rho/volume_CR
}

NET_RECEIVE(weight) {
    LOCAL released
    used = used*exp(-(t - last)/Fac)
    used = used + Use*(1 - used)
    released = 0
    FROM k = 1 TO Nrrp - free {
        if (draw() > exp(-(t - last)/Dep)) {
            free = free + 1
        }
    }
    FROM k = 1 TO free {
        if (draw() < used) {
            free = free - 1
            released = released + 1
        }
    }
    last = t
    A = A + 0.001*weight*(gmax0_AMPA + rho*(gmax_p_AMPA - gmax_d_AMPA))*released/Nrrp
    B = B + 0.001*weight*gmax_NMDA*released/Nrrp
    Use = Use_d + rho*(Use_p - Use_d)
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
