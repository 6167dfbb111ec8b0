: expect: 'share_other' is EXTERNAL and cannot be assigned to
NEURON { SUFFIX bad EXTERNAL share_other }
ASSIGNED { share_other }
INITIAL { share_other = 3 }
