#!/usr/bin/env python3
"""Late current and availability that `rall channel` measured, beside the published rate equations solved by eigenvectors.

compare.py [OUTPUT_DIRECTORY]
"""
import json
import sys
from pathlib import Path

import numpy as np
from numpy import exp

STATES = "C3 C2 C1 O IC3 IC2 IF IM1 IM2 BC3 BC2 BC1 BO".split()
OPEN = [STATES.index("O"), STATES.index("BO")]
WILD = dict(recovery=1, to_IM2=1 / 9.5e4, from_IM2=1 / 50, burst=0)
MUTANT = dict(recovery=1 / 2.5, to_IM2=1 / 3.5e4, from_IM2=1 / 20, burst=1e-7)


def matrix(v, recovery, to_IM2, from_IM2, burst, unburst=9.5e-4):
    """Rates between the states, 1/ms (Clancy and Rudy 2002)."""
    a11, a12, a13 = (3.802 / (0.1027 * exp(-v / k) + c * exp(-v / 150)) for k, c in ((17, 0.20), (15, 0.23), (12, 0.25)))
    b11, b12, b13 = (c * exp(-(v - v0) / 20.3) for c, v0 in ((0.1917, 0), (0.20, 5), (0.22, 10)))
    a3, b3, a2 = recovery * 3.7933e-7 * exp(-v / 7.7), 0.0084 + 0.00002 * v, 9.178 * exp(v / 29.68)
    b2 = a13 * a2 * a3 / (b13 * b3)
    q = np.zeros((len(STATES), len(STATES)))
    for one, other, forth, back in [
            ("C3", "C2", a11, b11), ("C2", "C1", a12, b12), ("C1", "O", a13, b13), ("IC3", "IC2", a11, b11), ("IC2", "IF", a12, b12),
            ("BC3", "BC2", a11, b11), ("BC2", "BC1", a12, b12), ("BC1", "BO", a13, b13), ("IC3", "C3", a3, b3), ("IC2", "C2", a3, b3),
            ("IF", "C1", a3, b3), ("O", "IF", a2, b2), ("IF", "IM1", a2 / 100, a3), ("IM1", "IM2", a2 * to_IM2, a3 * from_IM2),
            *((free, "B" + free, burst, unburst) for free in ("C3", "C2", "C1", "O"))]:
        i, j = STATES.index(one), STATES.index(other)
        q[j, i] += forth
        q[i, i] -= forth
        q[i, j] += back
        q[j, j] -= back
    return q


def relax(q, start, times):
    """Occupancies [time, state] from `start` on."""
    values, vectors = np.linalg.eig(q)
    weights = np.linalg.solve(vectors, start.astype(complex))
    return (np.exp(np.outer(times, values)) * weights @ vectors.T).real


def rest(channel, v=-120):
    """Steady state."""
    q = matrix(v, **channel)
    return np.linalg.lstsq(np.vstack([q, np.ones(len(q))]), np.append(np.zeros(len(q)), 1), rcond=None)[0]


def peak(channel, v, start):
    return relax(matrix(v, **channel), start, np.arange(0, 5, 0.0005))[:, OPEN].sum(1).max()


def late(channel, v):
    """Mean from 190 to 200 ms over the peak."""
    return relax(matrix(v, **channel), rest(channel), np.linspace(190, 200, 101))[:, OPEN].sum(1).mean() / peak(channel, v, rest(channel))


def available(channel, v):
    """Peak at 0 mV after 500 ms at v over that after 500 ms at -140 mV."""
    after = [relax(matrix(u, **channel), rest(channel), [500])[0] for u in (v, -140)]
    return peak(channel, 0, after[0]) / peak(channel, 0, after[1])


def measured(directory, protocol, curve):
    """{V: y} of each variant, in a file of rall channel."""
    found = json.loads((Path(directory) / "channel.json").read_text())
    (protocol,) = [p for p in found["protocols"] if p["name"] == protocol]
    curves = [next(c for c in variant["curves"] if c["name"] == curve) for variant in protocol["variants"]]
    return [dict(zip(c["x"], c["y"])) for c in curves]


def rows(directory):
    """(what, V, equations wild, Rall wild, equations mutant, Rall mutant)"""
    for what, protocol, curve, exact, levels in (("late over peak", "late_current", "late over peak", late, (-30, -20, -10, 0)),
                                                 ("available", "inactivation", "availability", available, (-100, -90, -80, -70, -60))):
        wild, mutant = measured(directory, protocol, curve)
        for v in levels:
            yield what, v, exact(WILD, v), wild[v], exact(MUTANT, v), mutant[v]


if __name__ == "__main__":
    print("                   V   wild type: equations  Rall       1795insD: equations  Rall")
    for row in rows(sys.argv[1] if len(sys.argv) > 1 else "channel-nav15"):
        print("{:15} {:5}              {:9.3g}  {:9.3g}            {:9.3g}  {:9.3g}".format(*row))
