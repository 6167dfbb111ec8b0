TITLE What diffuses at constants and volumes from FUNCTIONs, ASSIGNED variables and indices, some of which change in time
NEURON {
    SUFFIX tubes
    RANGE start, swelling, filled
}
DEFINE N 2
PARAMETER { start = 0 swelling = 0.2 }
ASSIGNED { diam (um) v (mV) width[N] filled }
STATE { shell[N] wave still tied }
INITIAL {
    FROM i = 0 TO N - 1 {
        shell[i] = start*(i + 1)
        width[i] = 1 + i
    }
    wave = start
    still = start
    tied = 0
    filled = 1
}
BREAKPOINT {
    SOLVE spread METHOD sparse
}
FUNCTION disc(d) {
    LOCAL r
    r = d/2
    disc = 3*r*r
}
FUNCTION mobility(d, u) {
    if (u > -60) {
        mobility = 2*d
    } else {
        mobility = d
    }
}
PROCEDURE swell() {
    filled = 1 + swelling*t/(t + 5)
}
KINETIC spread {
    LOCAL exchange
    exchange = 0.3*N
    swell()
    COMPARTMENT i, disc(diam)*width[i]/(i + 1) {shell}
    COMPARTMENT disc(diam) + 1 {wave}
    COMPARTMENT filled*diam {tied}
    COMPARTMENT 1 {still}
    LONGITUDINAL_DIFFUSION i, mobility(diam, v)*(i + 1) {shell}
    LONGITUDINAL_DIFFUSION mobility(diam, v)*filled + 0.1*t {wave}
    LONGITUDINAL_DIFFUSION 0.5*diam*filled {tied}
    LONGITUDINAL_DIFFUSION disc(1) {still}
    ~ shell[0] <-> shell[1] (exchange, exchange/2)
    ~ wave <-> tied (0.2*diam, 0.1*diam)
    ~ still -> (0.01)
}
