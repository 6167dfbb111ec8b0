TITLE PlayedVariable: a variable that follows a table

COMMENT
What NEURON's Vector.play does: values[k] from times[k] ms on (times ascend), nothing before the first; with linear = 1 straight lines
between them, the first value before the first time, and the last one after the last. Currents see it at the middle of a step, states and
whoever looks at its end.
Carnevale NT, Hines ML (2006) The NEURON Book, Cambridge University Press, appendix A.
ENDCOMMENT

NEURON {
    POINT_PROCESS PlayedVariable
    POINTER x
    RANGE linear
    VECTOR times
    VECTOR values
}

PARAMETER {
    linear = 0 <0, 1>
}

ASSIGNED {
    x
    k  : the entry that holds now, -1 before the first
}

INITIAL {
    k = -1
    follow()
}

BEFORE BREAKPOINT {
    follow()
}

BREAKPOINT {
    SOLVE reach METHOD after_cvode
}

: steps happen when events do, at the begin of the next step
PROCEDURE reach() {
    if (linear == 1) {
        follow()
    }
}

PROCEDURE follow() {
    LOCAL last, begin, more

    last = vector_size(times) - 1
    more = 1
    while (more == 1) {
        more = 0
        if (k < last) {
            if (vector_value(times, k + 1) <= t) {
                k = k + 1
                more = 1
            }
        }
    }
    if (k < 0) {
        if (linear == 1) {
            x = vector_value(values, 0)
        }
    } else if (linear == 1 && k < last) {
        begin = vector_value(times, k)
        x = vector_value(values, k) + (vector_value(values, k + 1) - vector_value(values, k))*((t - begin)/(vector_value(times, k + 1) - begin))
    } else {
        x = vector_value(values, k)
    }
}
