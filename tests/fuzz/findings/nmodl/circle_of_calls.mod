NEURON { SUFFIX s RANGE c }
ASSIGNED { v c }
FUNCTION f(u) { f = g(u) }
FUNCTION g(u) { g = f(u) }
INITIAL { c = f(v) }
