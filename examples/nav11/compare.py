#!/usr/bin/env python3
"""Spikes in 200 ms by injected current, beside those of the authors' model (ModelDB 87585) in NEURON 8.2.2.

compare.py [OUTPUT_DIRECTORY]
"""
import csv
import sys
from pathlib import Path

CURRENTS = range(20, 370, 10)  # pA
AUTHORS = {
    "wild_type": [0] * 12 + [1, 7, 11, 14, 16, 17, 19, 20, 21, 22, 23, 24, 24, 25, 26, 27, 27, 28, 28, 29, 29, 30, 30],
    "R859C": [0] * 13 + [1, 2, 12, 14, 16, 18, 19, 21, 22, 23, 24, 25, 26, 27, 28, 28, 29, 30, 30, 31, 32, 32],
}


def counts(directory, variant):
    with open(Path(directory) / variant / "sweep.csv") as file:
        return [int(float(row["Spikecount"])) for row in csv.DictReader(file)]


if __name__ == "__main__":
    directory = sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent / "output"
    columns = [column for variant in AUTHORS for column in (AUTHORS[variant], counts(directory, variant))]
    print("pA    wild type: authors  Rall   R859C: authors  Rall")
    for row in zip(CURRENTS, *columns):
        print("{:<21d}{:2d}    {:2d}               {:2d}    {:2d}".format(*row))
