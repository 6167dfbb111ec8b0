: what diffuses multiplies until it is infinite, and no current sees it

NEURON { SUFFIX lost_diffusion }

STATE { c }

INITIAL { c = 1 }

BREAKPOINT { SOLVE spread METHOD sparse }

KINETIC spread {
    COMPARTMENT 1 { c }
    LONGITUDINAL_DIFFUSION 1 { c }
    ~ c << (c*1000)
}
