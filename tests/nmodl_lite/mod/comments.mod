TITLE comments: of NMODL's three kinds, in every place

: a line, with a : and a ? in it, and a "quote
? the same, as the oldest files write it

COMMENT
NEURON {  nothing counts here, not even } or VERBATIM or an ENDCOMMENT that does not begin its line
ENDCOMMENT the rest of that line is comment, too

INDEPENDENT {t FROM 0 TO 1 WITH 1 (ms)} : of no meaning in NEURON

NEURON { : here
    SUFFIX comments ? and here
    RANGE a, : between
        b
}

UNITSOFF
PARAMETER { a = 3 ? (mV) }
}
COMMENT the rest of the line and
    ENDCOMMENT }
ASSIGNED { b v }
UNITSON

INITIAL { b = 0 }

BREAKPOINT {
    UNITSOFF
    b = a : *2
        + v ? the expression goes on
    UNITSON
}
