: expect: EXTERNAL share_nobody of bad is no GLOBAL of another mechanism
NEURON { SUFFIX bad EXTERNAL share_nobody RANGE x }
ASSIGNED { share_nobody x }
INITIAL { x = share_nobody }
