TITLE TABLE in a FUNCTION and in a PROCEDURE: evaluated directly, as NEURON does with usetable = 0

NEURON {
    SUFFIX tables
    RANGE y, inf, tau
}

PARAMETER { low = -100 vhalf = -40 }

ASSIGNED { v (mV) celsius y inf tau }

BREAKPOINT {
    rates(v)
    y = alpha(v)
}

FUNCTION alpha(v (mV)) {
    TABLE DEPEND celsius, vhalf FROM low TO 100 WITH 200
    alpha = exp((v - vhalf)/20)*celsius
}

PROCEDURE rates(v (mV)) {
    TABLE inf, tau DEPEND celsius FROM -100 TO 100 WITH 200
    UNITSOFF
    inf = 1/(1 + exp(-v/9))
    tau = 1 + inf
    UNITSON
}
