: A current that pulls the potential to what it was, and a gate driven by its own past.
NEURON {
    SUFFIX delayed
    NONSPECIFIC_CURRENT i
    RANGE g, tau, past, memory
}
UNITS { (mA) = (milliamp) (mV) = (millivolt) (S) = (siemens) }
PARAMETER {
    g = 2e-4 (S/cm2)
    tau = 2.3 (ms)
    memory = 1.7 (ms)
}
ASSIGNED {
    v (mV)
    i (mA/cm2)
    past (mV)
}
STATE { m }
INITIAL { m = 0.2 }
BREAKPOINT {
    SOLVE gate METHOD cnexp
    LAG v BY tau
    past = lag_v_tau
    i = g*(v - past) + 1e-5*m*(v + 90)
}
DERIVATIVE gate {
    LAG m BY memory
    m' = (1/(1 + exp(-(v + 40)/5)) - lag_m_memory)/3
}
