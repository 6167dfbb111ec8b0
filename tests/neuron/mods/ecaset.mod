TITLE Sets the reversal potential of calcium itself, a little below Nernst's
NEURON {
    SUFFIX ecaset
    USEION ca READ cai, cao WRITE eca
    RANGE shift
}
UNITS { (mV) = (millivolt) (mM) = (milli/liter) }
PARAMETER { shift = -5 (mV) }
ASSIGNED { cai (mM) cao (mM) eca (mV) celsius (degC) }
INITIAL { eca = reversal() }
BREAKPOINT { eca = reversal() }
FUNCTION reversal() (mV) { reversal = 0.0430866*(celsius + 273.15)*log(cao/cai) + shift }
