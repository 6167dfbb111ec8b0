#!/usr/bin/env python3
"""How far the spike travels back into the dendrites: its peak and its delay at each place, from the report that the example writes.

attenuation.py [OUTPUT_DIRECTORY]
"""
import sys
from pathlib import Path

import h5py
import numpy as np

DISTANCES = (0, 50, 100, 154, 195, 253, 296, 352, 451)  # um from the soma, in the order of the report's locations


def table(directory):
    """[(distance in um, amplitude above rest in mV, time of the peak after the soma's in ms)]"""
    with h5py.File(Path(directory) / "v.h5") as file:
        report = file["report/cells"]
        v = report["data"][()]
        dt = report["mapping/time"][2]
    rest = v[int(9 / dt)]  # a millisecond before the pulse
    peak = v.argmax(axis=0)
    return list(zip(DISTANCES, v.max(axis=0) - rest, (peak - peak[0]) * dt))


if __name__ == "__main__":
    directory = sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent / "output"
    print("distance (um)  amplitude (mV)  delay (ms)")
    for distance, amplitude, delay in table(directory):
        print(f"{distance:13d}  {amplitude:14.1f}  {delay:10.2f}")
