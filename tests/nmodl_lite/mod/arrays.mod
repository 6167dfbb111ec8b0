TITLE arrays that only the file sees, that the user sees, and that live from step to step

COMMENT
shares is written before it is read in every block, so no instance has to keep it;
seen is RANGE; kept is written in INITIAL alone; tadj is declared by GLOBAL and nowhere else, and usetable comes with TABLE.
ENDCOMMENT

NEURON {
    SUFFIX arrays
    THREADSAFE
    NONSPECIFIC_CURRENT i
    RANGE seen, total
    GLOBAL tadj
}

PARAMETER { g = 0.0003 (S/cm2) }

ASSIGNED {
    v (mV)
    i (mA/cm2)
    shares[2]
    seen[3]
    kept[2]
    total
    inf
}

INITIAL {
    kept[0] = 0.25
    kept[1] = 0.75
    if (usetable == 1) { kept[1] = kept[1] + usetable - 1 }
    tadj = 2^((celsius - 20)/10)
    rates(v)
}

BREAKPOINT {
    LOCAL k
    rates(v)
    shares[0] = inf*kept[0]
    shares[1] = inf*kept[1]
    FROM k = 0 TO 2 { seen[k] = shares[0] + k*shares[1] }
    total = seen[0] + seen[1] + seen[2]
    i = g*total*tadj*(v + 70)
}

PROCEDURE rates(v (mV)) {
    TABLE inf FROM -100 TO 100 WITH 200
    inf = 1/(1 + exp(-(v + 40)/10))
}
