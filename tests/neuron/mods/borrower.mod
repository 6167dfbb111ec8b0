: EXTERNAL: GLOBALs of another mechanism.
NEURON { SUFFIX borrower EXTERNAL share_lender, other_lender NONSPECIFIC_CURRENT i RANGE y }
ASSIGNED { v (mV) i (mA/cm2) y share_lender other_lender }
BREAKPOINT { y = share_lender + 10*other_lender  i = 1e-5*share_lender*(v + 50) }
