TITLE Events that assign to a concentration which no equation advances: nothing of it lasts
NEURON {
    POINT_PROCESS Flash
    USEION ca READ cai WRITE cai
    RANGE freed
}
UNITS { (mM) = (milli/liter) }
ASSIGNED { cai (mM) freed (mM) }
INITIAL { freed = 0 }
NET_RECEIVE(w (mM)) {
    cai = cai + w
    freed = freed + cai
}
