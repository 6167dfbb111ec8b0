NEURON { SUFFIX s RANGE c }
ASSIGNED { v c }
INITIAL { FROM i = 0 TO 9 { FROM i = 0 TO 9 { FROM i = 0 TO 9 { FROM i = 0 TO 9 { FROM i = 0 TO 9 { FROM i = 0 TO 9 { FROM i = 0 TO 9 { FROM i = 0 TO 9 { FROM i = 0 TO 9 { c = c + 1 } } } } } } } } } }
