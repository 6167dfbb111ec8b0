TITLE Synapses that fire at random, from whole numbers that every computer draws alike

COMMENT
The generator is that of Lehmer (Park & Miller 1988): x -> 16807*x mod (2^31 - 1), which doubles hold exactly. A half of the events opens
excitatory synapses and the others inhibitory ones; the time from one to the next is uniform between 0 and twice its mean.
ENDCOMMENT

NEURON {
    POINT_PROCESS Bombardment
    NONSPECIFIC_CURRENT i
    RANGE seed, interval, excitation, inhibition, ge, gi, i
}

UNITS { (nA) = (nanoamp) (mV) = (millivolt) (uS) = (microsiemens) }

PARAMETER {
    seed = 1 : from 1 to 2^31 - 2
    interval = 1 (ms)
    excitation = 0.001 (uS)
    inhibition = 0.002 (uS)
    tau_e = 2 (ms)
    tau_i = 8 (ms)
    e_i = -80 (mV)
}

ASSIGNED {
    v (mV)
    i (nA)
    x
}

STATE {
    ge (uS)
    gi (uS)
}

INITIAL {
    x = seed
    ge = 0
    gi = 0
    net_send(2*interval*draw(), 1)
}

BREAKPOINT {
    SOLVE decay METHOD cnexp
    i = ge*v + gi*(v - e_i)
}

DERIVATIVE decay {
    ge' = -ge/tau_e
    gi' = -gi/tau_i
}

NET_RECEIVE(weight) {
    if (draw() < 0.5) {
        ge = ge + excitation
    } else {
        gi = gi + inhibition
    }
    net_send(2*interval*draw(), 1)
}

: between 0 and 1; a division by a power of two, so that no rounding enters
FUNCTION draw() {
    x = 16807*x - 2147483647*floor(16807*x/2147483647)
    draw = x/2147483648
}
