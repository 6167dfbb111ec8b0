TITLE A substance that reacts and spreads, in volumes that differ from place to place: shows which comes first
NEURON { SUFFIX spreads RANGE start }
PARAMETER { start = 0 }
ASSIGNED { diam (um) }
STATE { X Y }
INITIAL { X = start Y = 0 }
BREAKPOINT { SOLVE react METHOD sparse }
KINETIC react {
    COMPARTMENT 1 + diam { X }
    COMPARTMENT 3 { Y }
    LONGITUDINAL_DIFFUSION diam { X }
    ~ X <-> Y (5, 2)
}
