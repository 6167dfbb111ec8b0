TITLE Equations whose derivatives are infinite, or no numbers, where they start

NEURON {
    SUFFIX edges
    RANGE power
}
PARAMETER {
    power = 0.5
}
STATE {
    root
    hill
    taken
}
INITIAL {
    root = 0
    hill = 0
    taken = 0
}
BREAKPOINT {
    SOLVE all METHOD derivimplicit
}
DERIVATIVE all {
    root' = 0.1 - sqrt(root)
    hill' = 0.02 - hill^power/(0.1 + hill^power)
    taken' = 0.01 - 0.02/(0.2/taken + 1)
}
