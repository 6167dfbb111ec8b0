: LAG: of the potential, a STATE, an ASSIGNED and an array; by delays longer and shorter than a step, and one that changes.
NEURON {
    SUFFIX lags
    NONSPECIFIC_CURRENT i
    RANGE g, tau, brief, moved, past, recent, jumped, fed, sum, begun
}
UNITS { (mA) = (milliamp) (mV) = (millivolt) (S) = (siemens) }
PARAMETER {
    g = 1e-4 (S/cm2)
    tau = 0.7103 (ms)
    brief = 0.011 (ms)
    moved = 0.3 (ms)
}
ASSIGNED {
    v (mV)
    i (mA/cm2)
    past (mV)
    recent (mV)
    jumped (mV)
    fed
    sum
    begun (mV)
    levels[3] (mV)
}
STATE { x }
INITIAL {
    moved = 0.3
    x = 0.25
    fed = 0
    earlier()
    begun = jumped
}
BREAKPOINT {
    SOLVE feed METHOD cnexp
    LAG v BY tau
    past = lag_v_tau
    LAG v BY brief
    recent = lag_v_brief
    i = g*(v - past) + g*(v - recent)*0.1
}
PROCEDURE earlier() {
    LAG v BY moved
    jumped = lag_v_moved
}
PROCEDURE rates() {
    LAG x BY tau
    fed = lag_x_tau
    if (t > 4) {
        moved = 0.8
    }
    FROM k = 0 TO 2 {
        levels[k] = v*(k + 1)
    }
    LAG levels BY brief
    LAG levels BY tau
    sum = lag_levels_tau[0] + 10*lag_levels_tau[1] + 100*lag_levels_brief[2]
}
DERIVATIVE feed {
    rates()
    earlier()
    x' = (0.01*(v + 65) - lag_x_tau)/2
}
