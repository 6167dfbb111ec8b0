TITLE TABLE in a FUNCTION and in a PROCEDURE: evaluated directly, as NEURON does with usetable = 0, or interpolated

NEURON {
    SUFFIX tables
    RANGE y, inf, tau, a
}

PARAMETER { low = -100 vhalf = -40 }

ASSIGNED { v (mV) celsius y inf tau a[3] }

INITIAL {
    rates(v)
    y = alpha(v)
}

BREAKPOINT {
    rates(v)
    y = alpha(v)
}

FUNCTION alpha(v (mV)) {
    TABLE DEPEND celsius, vhalf FROM low TO 100 WITH 200
    alpha = exp((v - vhalf)/20)*celsius
}

PROCEDURE rates(v (mV)) {
    TABLE inf, tau, a DEPEND celsius FROM -60 TO 5 WITH 33
    UNITSOFF
    inf = 1/(1 + exp(-v/9))
    tau = 1 + inf
    FROM i = 0 TO 2 { a[i] = exp(-(v + 20*i)^2/900) }
    UNITSON
}
