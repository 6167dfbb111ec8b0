TITLE A channel of 100 states, gates of two kinds in a row each: a linear scheme with many ways round

DEFINE N 10
DEFINE ALL 100

NEURON {
    SUFFIX lattice
    NONSPECIFIC_CURRENT i
    RANGE g, open
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) }
PARAMETER { g = 1e-4 (S/cm2) slope = 9 (mV) }
ASSIGNED { v (mV) i (mA/cm2) open }
STATE { s[ALL] first last }
INITIAL {
    FROM k = 0 TO ALL-1 { s[k] = (1 + k)/5050*0.9 }
    first = 0.06
    last = 0.04
}
BREAKPOINT {
    SOLVE scheme METHOD sparse
    open = s[99] + s[98] + s[89]
    i = g*open*v
}
KINETIC scheme {
    LOCAL up, down, in, out
    up = exp((v + 40)/slope/2)
    down = exp(-(v + 40)/slope/2)
    in = 0.2*exp((v + 50)/30)
    out = 0.1*exp(-(v + 50)/25)
    FROM k = 0 TO N-1 {
        FROM m = 0 TO N-2 {
            ~ s[k*10+m] <-> s[k*10+m+1] (up*(9 - m), down*(m + 1))
            ~ s[m*10+k] <-> s[m*10+10+k] (in*(9 - m), out*(m + 1))
        }
    }
    ~ first <-> s[0] (up, down)
    ~ s[99] <-> last (in/10, out)
    CONSERVE first + last +
        s[0] + s[1] + s[2] + s[3] + s[4] + s[5] + s[6] + s[7] + s[8] + s[9] +
        s[10] + s[11] + s[12] + s[13] + s[14] + s[15] + s[16] + s[17] + s[18] + s[19] +
        s[20] + s[21] + s[22] + s[23] + s[24] + s[25] + s[26] + s[27] + s[28] + s[29] +
        s[30] + s[31] + s[32] + s[33] + s[34] + s[35] + s[36] + s[37] + s[38] + s[39] +
        s[40] + s[41] + s[42] + s[43] + s[44] + s[45] + s[46] + s[47] + s[48] + s[49] +
        s[50] + s[51] + s[52] + s[53] + s[54] + s[55] + s[56] + s[57] + s[58] + s[59] +
        s[60] + s[61] + s[62] + s[63] + s[64] + s[65] + s[66] + s[67] + s[68] + s[69] +
        s[70] + s[71] + s[72] + s[73] + s[74] + s[75] + s[76] + s[77] + s[78] + s[79] +
        s[80] + s[81] + s[82] + s[83] + s[84] + s[85] + s[86] + s[87] + s[88] + s[89] +
        s[90] + s[91] + s[92] + s[93] + s[94] + s[95] + s[96] + s[97] + s[98] + s[99] = 1
}
