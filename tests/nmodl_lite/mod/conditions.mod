TITLE conditions: else if, capitals, truth as a number, numbers as truth

NEURON {
    SUFFIX conditions
    RANGE y, z, w, count, n
}

ASSIGNED { v (mV) y z w count n }

INITIAL { n = 0 }

BREAKPOINT {
    if (v < -60) { y = 1 } else if (v < -50) { y = 2 } else if (v <= 0) { y = 3 } else { y = 4 }
    IF (v > -40) { z = 1 } ELSE { z = -1 }
    w = (v > -50) + 2*(v != 0) + 4*(y == 3 || z == 1) + 8*!(y >= 2 && z < 0)
    if (y - 1) { w = w + 0.5 }
    if (!(z + 1)) { w = w + 0.25 }
    count = 0
    if (v > -65.5) {
        count = count + 1
        if (v > -20) {
            count = count + 1
            if (v > 5) { count = count + 1 }
        }
    }
    if (v < -1000) { n = 1 } else { }
}
