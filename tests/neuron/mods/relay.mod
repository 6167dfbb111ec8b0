TITLE Compartments that see one another: each follows the state of the one its POINTER names
NEURON {
    SUFFIX relay
    POINTER other
    RANGE tau, drive
}
PARAMETER {
    tau = 2 (ms)
    drive = 0.01
}
ASSIGNED { v (mV) other count }
STATE { c }
INITIAL { c = 0.1 + other }
BREAKPOINT { SOLVE states METHOD cnexp }
DERIVATIVE states { c' = (other - c)/tau + drive*(v + 65) }
