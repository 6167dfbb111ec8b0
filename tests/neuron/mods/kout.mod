TITLE Potassium outside the membrane: what flows out stays in a thin space and leaks away
NEURON {
    SUFFIX kout
    USEION k READ ik WRITE ko
    RANGE width, tau, rest
}
UNITS { FARADAY = (faraday) (coulomb) (mA) = (milliamp) (mM) = (milli/liter) (um) = (micron) }
PARAMETER { width = 0.02 (um) tau = 10 (ms) rest = 2.5 (mM) }
ASSIGNED { ik (mA/cm2) }
STATE { ko (mM) }
BREAKPOINT { SOLVE space METHOD cnexp }
DERIVATIVE space { ko' = (1e4)*ik/(FARADAY*width) + (rest - ko)/tau }
