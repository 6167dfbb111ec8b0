TITLE every function of mathematics that NMODL has

NEURON {
    SUFFIX functions
    RANGE u, trigonometry, inverse, hyperbolic, exponentials, rounding, remainder, powers, roots, absolute, angle
}

ASSIGNED { v (mV) u trigonometry inverse hyperbolic exponentials rounding remainder powers roots absolute angle }

BREAKPOINT {
    LOCAL r
    u = v/100
    r = u*u + 0.1
    trigonometry = sin(v) + 2*cos(v) + tan(u)/3
    inverse = asin(u) + acos(u)*3 + atan(v)
    hyperbolic = sinh(u) + cosh(u)*tanh(v/30)
    exponentials = exp(u) + log(r) + log10(r + 1)
    rounding = floor(v) + 100*ceil(v/3) + floor(-v/7)
    remainder = fmod(v, 7) + fmod(-v, 0.3)
    powers = pow(r, 1.5) + r^0.25 + r^2 + u^3 + 2^u + r^-1 + (-2)^2 + pow(10, u)
    roots = sqrt(r)
    absolute = fabs(v) + fabs(-u)
    angle = atan2(u, r) + atan2(-r, u)
}
