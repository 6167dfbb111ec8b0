TITLE A channel for an ion of its own, of valence -1, that reads both concentrations
NEURON {
    SUFFIX zchannel
    USEION z READ ez, zi, zo WRITE iz VALENCE -1
    RANGE gbar, ratio
}
UNITS { (mA) = (milliamp) (mV) = (millivolt) (S) = (siemens) (mM) = (milli/liter) }
PARAMETER { gbar = 1e-4 (S/cm2) }
ASSIGNED { v (mV) ez (mV) zi (mM) zo (mM) iz (mA/cm2) ratio }
BREAKPOINT {
    ratio = zi/zo
    iz = gbar*(v - ez)
}
