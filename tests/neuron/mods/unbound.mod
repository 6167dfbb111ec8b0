: A POINTER that may be left unbound.
NEURON { SUFFIX unbound POINTER p RANGE x }
ASSIGNED { p x }
INITIAL { if (nrn_pointing(p)) { x = p } else { x = -1 } }
BREAKPOINT { if (nrn_pointing(p)) { x = 2*p } }
