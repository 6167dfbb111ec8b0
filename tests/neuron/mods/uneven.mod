TITLE Shells that are not alike: a core without buffer, a store in some of them, one that is wider, tunnels past others; carriers that are conserved

DEFINE N 24

NEURON {
    SUFFIX uneven
    RANGE seen, drive
}
UNITS { (mV) = (millivolt) (mM) = (milli/liter) (um) = (micron) }
PARAMETER {
    D = 0.3 (um2/ms)
    on = 80 (/mM-ms)
    off = 0.2 (/ms)
    drive = 2e-3 (mM/ms)
    all_carriers = 0.02 (mM)
}
ASSIGNED { v (mV) seen (mM) }
STATE {
    a[N] (mM)
    b[N] (mM)
    ab[N] (mM)
    c[N] (mM)
    store[N] (mM)
    carrier (mM)
    loaded (mM)
}
INITIAL {
    FROM i = 0 TO N-1 {
        a[i] = 1e-4*(1 + i/N)
        b[i] = 0.05/(1 + i/6)
        ab[i] = 1e-3*i/N
        c[i] = 0.01
        store[i] = 0.2 - 0.005*i
    }
    carrier = all_carriers
    loaded = 0
    seen = a[0]
}
BREAKPOINT { SOLVE react METHOD sparse }
KINETIC react {
    COMPARTMENT i, 1 + i/10 {a b ab c store}
    ~ a[0] << (drive/(1 + exp(-(v + 30)/8)))
    ~ a[0] + carrier <-> loaded (3, 0.5)
    ~ loaded <-> carrier (0.8, 0)
    FROM i = 0 TO N-2 {
        ~ a[i] <-> a[i+1] (D*(1 + (i == 4)*5), D*(1 + (i == 4)*5))
        if (i < 9) { ~ b[i] <-> b[i+1] (D/10, D/10) }
        ~ c[i] <-> c[i+1] (D/3, D/4)
    }
    FROM i = 0 TO 9 { ~ a[i] + b[i] <-> ab[i] (on, off) }
    FROM i = 0 TO N-1 { ~ a[i] + c[N-1-i] <-> ab[i] (on/20, off/50) }
    FROM i = 3 TO 18 { ~ 2 a[i] <-> store[i] (on*10, off/20) }
    FROM i = 0 TO N-8 {
        ~ c[i] <-> c[i+7] (D/9, D/11)
        ~ ab[i] <-> store[i+4] (D/20, D/15)
    }
    CONSERVE carrier + loaded = all_carriers
    seen = a[0]
}
