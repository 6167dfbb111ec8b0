: What v, a state and its own delayed current were a while ago: LAG of each kind of variable, in a density mechanism with a current
NEURON { SUFFIX echoes NONSPECIFIC_CURRENT i RANGE g, tau, x, ago, xago }
UNITS { (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) }
PARAMETER { g = 1e-4 (S/cm2) tau = 0.33 (ms) long = 2 (ms) }
STATE { x }
ASSIGNED { v (mV) i (mA/cm2) ago (mV) xago }
INITIAL { x = 1 }
BREAKPOINT {
    SOLVE decay METHOD cnexp
    i = g*(v + 65)
}
DERIVATIVE decay {
    look()
    x' = -x/long + 0.001*(v + 65)
}
PROCEDURE look() {
    LAG v BY tau
    LAG x BY long
    ago = lag_v_tau
    xago = lag_x_long
}
