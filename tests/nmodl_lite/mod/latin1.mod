TITLE bytes that are no ASCII: Latin-1 in a comment
COMMENT
  Smørgås, © 1994, 10 µm
ENDCOMMENT
NEURON {
    SUFFIX latin1
    RANGE y
}
ASSIGNED { v (mV) y }
BREAKPOINT { y = v/3 }
