#!/usr/bin/env python3
"""Conduction velocity along the axon, from the report that the example writes.

velocity.py [OUTPUT_DIRECTORY]
"""
import sys
from pathlib import Path

import h5py
import numpy as np

DISTANCE = 24.0  # mm from axon(0.3) to axon(0.7): 240 compartments of 100 um


def crossing(t, v, threshold=0.0):
    """Time at which v first rises through the threshold, between samples by a straight line."""
    k = np.flatnonzero((v[:-1] < threshold) & (v[1:] >= threshold))[0]
    return t[k] + (threshold - v[k]) / (v[k + 1] - v[k]) * (t[k + 1] - t[k])


def velocity(directory):
    """m/s"""
    with h5py.File(Path(directory) / "v.h5") as file:
        report = file["report/cells"]
        v = report["data"][()]
        start, _, dt = report["mapping/time"][()]
    t = start + dt * np.arange(len(v))
    return DISTANCE / (crossing(t, v[:, 1]) - crossing(t, v[:, 0]))


if __name__ == "__main__":
    directory = sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent / "output"
    print(f"{velocity(directory):.2f} m/s; Hodgkin and Huxley (1952): 18.8 computed, 21.2 measured")
