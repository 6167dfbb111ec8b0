: GLOBALs that another file of the model reads.
NEURON { SUFFIX lender GLOBAL share, other RANGE x }
PARAMETER { share = 4 }
ASSIGNED { other x }
BREAKPOINT { x = share + other }
