: A release of calcium at one place.
NEURON { POINT_PROCESS pool_point USEION ca READ cai WRITE cai RANGE amount, begin, seen }
PARAMETER { amount = 1e-3 (mM) begin = 3.01 (ms) }
ASSIGNED { cai (mM) seen (mM) }
INITIAL { seen = cai }
BREAKPOINT { SOLVE release }
PROCEDURE release() {
    seen = cai
    if (t > begin && t < begin + 2) { cai = cai + amount*(1 - 10*cai) }
}
