: expect: the argument of nrn_pointing is no POINTER
NEURON { SUFFIX bad RANGE x }
ASSIGNED { x }
INITIAL { x = nrn_pointing(x) }
