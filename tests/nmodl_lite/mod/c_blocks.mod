: C in VERBATIM blocks: declarations, whole numbers, every kind of statement, functions and constants of file level, early returns.
NEURON {
    SUFFIX c_blocks
    RANGE a, b, c, count, early, digits, table, last, power, clipped, series, kind
    NONSPECIFIC_CURRENT i
}
PARAMETER { g = 1e-5 (S/cm2) }
ASSIGNED {
    v (mV)
    i (mA/cm2)
    a b c count early digits table last power clipped series kind
    w[4]
}
STATE { s }

VERBATIM
#include <math.h>
#include <stdlib.h>
#define STEEP (0.1*SCALE)
#define SCALE 2.0
#define SQUARE(x) ((x)*(x))
#ifdef CORENEURON_BUILD
#define OFFSET 1e9
#else
#define OFFSET 3
#endif
typedef struct { double first; int second; } Pair;
static double horner(double x, int n) {
    static double coefficient[4] = {1., 0.5, 0.25, 0.125};
    double sum = 0; /* from the end */
    int j;
    for (j = n; j >= 0; j--) {
        sum = sum*x + coefficient[j];
    }
    return sum;
}
static int third_of(int n) { return n/3; }
ENDVERBATIM

INITIAL {
    s = 0.5
    VERBATIM
    last = v; // where it starts
    return 0;
    ENDVERBATIM
}

BREAKPOINT {
    SOLVE states METHOD cnexp
    VERBATIM
    {
        double share = s/2, *unused = 0;
        int n = 7, m = 2;
        a = n/m + share;            /* 3 */
        b = (double)n/m - (int)(share*10) + n%m;
        c = v > -40 ? STEEP*v : v < -60 ? OFFSET : SQUARE(v)*1e-3;
        for (n = 0; n < 4; ++n) w[n] = third_of(n*m) + share;
        last += w[3] * 1e-3;
    }
    ENDVERBATIM
    count = counted(v)
    early = leaves(v)
    digits = summed(fabs(v))
    table = horner(s, 3)
    power = raised(v)
    kind = sorted(v)
    clipped = mixed(v)
    series = geometric(s)
    i = g*(v + 65)
}

DERIVATIVE states { s' = (0.5 + 0.01*tanh(v/50) - s)/3 }

FUNCTION counted(x) {
VERBATIM
    int i, j;
    double total = 0.;
    i = j = 0;
    while (1) {
        if (i++ > 12) break;
        if (i % 3 == 0) continue;
        total += i*_lx;
        if (total < -500) { j = 1; break; }
    }
    do { total -= 1; } while (total > 100 && !j);
    _lcounted = total;
ENDVERBATIM
}

FUNCTION leaves(x) {
    LOCAL y
    y = 2*x
    VERBATIM
    if (_ly > 0) return _ly*_ly;
    if (_lx > -50) {
        _ly = 1 - _ly;
    } else {
        if (_ly < -140) { return -1; }
        _ly += 3;
    }
    ENDVERBATIM
    leaves = y + 0.5
}

FUNCTION summed(x) {
VERBATIM
    int n = (int)_lx;
    double digits;
    for (digits = 0; n > 0; n /= 10) digits += n % 10;
    return digits;
ENDVERBATIM
}

FUNCTION raised(x) {
    VERBATIM
    double y = pow(fabs(_lx)/10, 1.5);
    if (y > 4 && (y = floor(y)) > 10) y--;
    _lraised = y;
    ENDVERBATIM
}

FUNCTION sorted(x) {
    VERBATIM
    switch ((int)(_lx/20)) {
        case -3:
        case -2:
            _lsorted = 1;
            break;
        case 0:
            if (_lx < 5) { _lsorted = 2; break; }
            return 3;
        default:
            _lsorted = 4;
    }
    ENDVERBATIM
    sorted = sorted*10
}

: a brace that C opens before NMODL and closes behind it
FUNCTION mixed(x) {
VERBATIM
    double value = 0;
    if (_lx < -50) {
        value = -50;
    } else {
ENDVERBATIM
        if (x > 0) {
            mixed = 0
        VERBATIM
            return -_lx;
        ENDVERBATIM
        }
        mixed = x/2
VERBATIM
        value = _lmixed;
    }
    _lmixed = value + 1;
ENDVERBATIM
}

FUNCTION geometric(q) {
    LOCAL sum, n
    sum = 0
    n = 0
    while (n < 50) {
        VERBATIM
        double term;
        term = pow(_lq, _ln);
        if (term < 1e-3) return _lsum;
        _lsum += term;
        ENDVERBATIM
        n = n + 1
    }
    geometric = sum
}
