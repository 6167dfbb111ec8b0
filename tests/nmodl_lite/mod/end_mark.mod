TITLE what stands behind the mark that ends a text does not count
NEURON {
    SUFFIX end_mark
    RANGE x
}
ASSIGNED { x }
BREAKPOINT { x = t }
 nothing of this {
