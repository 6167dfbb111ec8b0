#!/usr/bin/env python3
"""How much the interneurons of each half fire together: synchrony.py [OUTPUT]

Golomb and Rinzel's measure (1994): the standard deviation over time of the mean potential over that of single potentials, 1 where all do
the same, about 1 / sqrt(20) where each does its own.
"""
import sys
from pathlib import Path

import h5py
import numpy

SETTLED = 200  # ms, until the currents of all cells have been on for a while


def synchrony(output):
    """Of the coupled cells and of the others."""
    with h5py.File(Path(output) / "soma.h5") as file:
        report = file["report/cells"]
        start, _, dt = report["mapping/time"][()]
        v = report["data"][int((SETTLED - start) / dt):].astype(float)  # mV, time by cell
    return [numpy.sqrt(half.mean(axis=1).var() / half.var(axis=0).mean()) for half in (v[:, :20], v[:, 20:])]


if __name__ == "__main__":
    output = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "output"
    for name, value in zip(("coupled", "alone"), synchrony(output)):
        print(f"{name:8s} {value:.2f}")
