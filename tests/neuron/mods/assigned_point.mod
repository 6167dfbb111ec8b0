NEURON { POINT_PROCESS assigned_point NONSPECIFIC_CURRENT i RANGE level, x POINTER p }
ASSIGNED { i (nA) level x p }
BREAKPOINT { x = level + p  i = -level }
