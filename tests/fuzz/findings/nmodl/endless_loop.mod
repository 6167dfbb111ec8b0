NEURON { SUFFIX s RANGE c }
ASSIGNED { v c }
INITIAL { FROM i = 1e17 TO 1e17 + 64 { c = c + i } FROM i = 0 TO 1e300 BY 1e-300 { c = i } }
