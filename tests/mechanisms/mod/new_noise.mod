: RANDOM as NEURON 9 has it.
NEURON {
    POINT_PROCESS NewNoise
    RANDOM r, s
    RANGE first, again, fair, whole, shared, ranged, shifted
}
ASSIGNED { first again fair whole shared ranged shifted }
INITIAL {
    first = random_uniform(r)
    random_setids(s, 1, 2, 3)
}
BREAKPOINT { SOLVE draw }
PROCEDURE draw() {
    LOCAL now
    fair = random_dpick(r)
    whole = random_ipick(r)
    ranged = random_uniform(r, 3, 5)
    now = t/dt
    random_setseq(r, 0)
    again = random_uniform(r)
    random_setseq(r, 1000 + 10*now)
    shared = random_normal(s, 0, 1)
    shifted = random_negexp(s)
}
