#!/usr/bin/env python3
"""Spikes in 500 ms by injected current and variant, beside those of the authors' model at 0.65 nA (ModelDB 148094 in NEURON 8.2.2).

compare.py [OUTPUT_DIRECTORY]
"""
import csv
import sys
from pathlib import Path

AUTHORS = {"wild_type": 1, "R213W": 3, "R213Q": 33}  # at 0.65 nA


def counts(directory, variant):
    """{nA: spikes}"""
    with open(Path(directory) / variant / "sweep.csv") as file:
        return {round(float(row["current (nA)"]), 3): int(float(row["Spikecount"])) for row in csv.DictReader(file)}


if __name__ == "__main__":
    directory = sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent / "output"
    ours = {variant: counts(directory, variant) for variant in AUTHORS}
    print("nA     " + "".join(f"{variant:>12}" for variant in AUTHORS))
    for current in ours["wild_type"]:
        print(f"{current:<7}" + "".join(f"{ours[variant][current]:12d}" for variant in AUTHORS))
    print("authors, 0.65" + "".join(f"{AUTHORS[variant]:12d}"[(i == 0) * 6:] for i, variant in enumerate(AUTHORS)))
