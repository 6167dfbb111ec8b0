: expect: f calls itself and uses the array a
: expect: write it as a loop
NEURON { SUFFIX bad RANGE x }
ASSIGNED { x a[3] }
INITIAL { x = f(3) }
FUNCTION f(n) { if (n < 1) { f = 1 } else { f = a[1] + f(n - 1) } }
