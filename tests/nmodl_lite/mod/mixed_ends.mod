TITLE line ends of all kinds, blanks and tabs before them
NEURON { SUFFIX mixed_ends    RANGE y, z 	
}
ASSIGNED { v y
 z }	
BREAKPOINT {
    y = v*2 : CR LF
    y = y + 1 ? LF
    z = y : CR    z = z + 0.5
}