TITLE Loops that C's break leaves and continue goes on with

NEURON {
    SUFFIX left_loops
    RANGE k, n, odd, pairs
}
ASSIGNED {
    v (mV)
    k
    n
    odd
    pairs
}
INITIAL {
    find()
}
BREAKPOINT {
    find()
}
PROCEDURE find() {
    LOCAL s
    s = 0
    k = -1
    FROM j = 0 TO 5 {
        s = s + 1
        if (t < s) {
            k = j
            VERBATIM
            break;
            ENDVERBATIM
        }
    }
    n = 0
    while (n < 100) {
        n = n + 1
        if (n > t*3) {
            VERBATIM
            break;
            ENDVERBATIM
        }
    }
    odd = 0
    FROM j = 1 TO 9 {
        if (j == 2*(j/2)) {
            VERBATIM
            if (_lj > 7) break;
            ENDVERBATIM
        }
        VERBATIM
        if (_lj % 2 == 0) continue;
        ENDVERBATIM
        odd = odd + j
    }
    pairs = 0
    FROM i = 0 TO 4 {
        FROM j = 0 TO 4 {
            VERBATIM
            if (_lj > _li) break;
            ENDVERBATIM
            pairs = pairs + 1
        }
        if (i > v/20) {
            VERBATIM
            break;
            ENDVERBATIM
        }
    }
}
