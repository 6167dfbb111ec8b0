TITLE KINETIC scheme of 60 states, five rows of twelve with steps along and across: an elimination order that keeps it sparse
: replay tolerance 1e-8: NEURON comes as near to the steady state as one step of 1e9 ms does, Rall takes two

NEURON {
    SUFFIX ladder
    NONSPECIFIC_CURRENT i
}
DEFINE ROWS 5
DEFINE COLUMNS 12
DEFINE OPEN 59
PARAMETER {
    g = 1e-3 (siemens/cm2)
}
ASSIGNED {
    v (mV)
    i (mA/cm2)
    along (/ms)
    back (/ms)
}
STATE {
    s[60]
}
INITIAL {
    s[0] = 1
    SOLVE steps STEADYSTATE sparse
}
BREAKPOINT {
    SOLVE steps METHOD sparse
    i = g*s[OPEN]*(v - 50)
}
KINETIC steps {
    along = exp(v/25)
    back = exp(-v/40)
    FROM row = 0 TO ROWS-1 {
        FROM column = 0 TO COLUMNS-2 {
            ~ s[row*COLUMNS + column] <-> s[row*COLUMNS + column + 1] ((COLUMNS - column)*along, (column + 1)*back)
        }
    }
    FROM row = 0 TO ROWS-2 {
        FROM column = 0 TO COLUMNS-1 {
            ~ s[row*COLUMNS + column] <-> s[(row + 1)*COLUMNS + column] (0.1*(ROWS - row)*along, 0.05*(row + 1)*back)
        }
    }
}
