#!/usr/bin/env python3
"""A model of the shape of the macaque's visual cortex, in small: writes its config, or says how often its cells spike.

    macaque.py config [--areas N] [--cells S] [--synapses S] [--tstop MS] [--connectivity stored] > macaque.json
    macaque.py rates macaque.json OUTPUT_DIR
"""
import argparse
import csv
import json
import sys
from bisect import bisect_left
from math import exp, log, sqrt
from pathlib import Path

LAYERS = ["23E", "23I", "4E", "4I", "5E", "5I", "6E", "6I"]
# Potjans & Diesmann (2014): cells under 1 mm2, probabilities of connections from (column) to (row), inputs from outside, rates (Hz).
CELLS = [20683, 5834, 21915, 5479, 4850, 1065, 14395, 2948]
P = [[0.101, 0.169, 0.044, 0.082, 0.032, 0, 0.008, 0], [0.135, 0.137, 0.032, 0.052, 0.075, 0, 0.004, 0],
     [0.008, 0.006, 0.05, 0.135, 0.007, 0.0003, 0.045, 0], [0.069, 0.003, 0.079, 0.16, 0.003, 0, 0.106, 0],
     [0.1, 0.062, 0.051, 0.006, 0.083, 0.373, 0.02, 0], [0.055, 0.027, 0.026, 0.002, 0.06, 0.316, 0.009, 0],
     [0.016, 0.007, 0.021, 0.017, 0.057, 0.02, 0.04, 0.225], [0.036, 0.001, 0.003, 0.001, 0.028, 0.008, 0.066, 0.144]]
OUTSIDE = [1600, 1500, 2100, 1900, 2000, 1900, 2900, 2100]
RATES = [0.86, 2.8, 4.45, 5.93, 7.59, 8.63, 1.1, 7.8]
BACKGROUND = 8  # Hz
WEIGHT, INHIBITION = 0.0878, -4  # nA, which is 0.15 mV; and how much stronger inhibition is
SYNAPSE = 0.5  # ms
# Between areas: a tenth of what comes from outside comes from other areas instead, less of it from those far away (Ercsey-Ravasz et al. 2013,
# exp(-0.114 d/mm) as in Schmidt et al. 2018), from these layers, at 3.5 m/s.
BETWEEN, PER_MM, SPEED, FROM = 0.1, 0.114, 3.5, {"23E": 0.5, "5E": 0.25, "6E": 0.25}


def indegree(to, source):
    """Synapses per cell of Potjans & Diesmann's column."""
    pairs = CELLS[to] * CELLS[source]
    return log(1 - P[to][source]) / log((pairs - 1) / pairs) / CELLS[to]


def drawn(mean):
    return {"distribution": "normal", "mean": round(mean, 4), "sd": round(mean / 2, 4), "low": 0.1, "high": round(4 * mean, 4)}


def config(areas, cells, synapses, tstop, connectivity):
    with open(Path(__file__).with_name("areas.csv")) as file:
        table = {row["area"]: row for row in list(csv.DictReader(file))[:areas]}
    weight = WEIGHT / sqrt(synapses)  # fewer and stronger synapses: the same variance, and a constant current for what lacks of the mean
    count = {(area, layer): max(1, round(cells * int(row[layer]))) if int(row[layer]) else 0 for area, row in table.items() for layer in LAYERS}
    generators, connections = {}, []

    def connect(source, target, number, w, delay):
        if number >= 1 and count[source] and count[target]:
            connections.append({"source": ".".join(source), "target": ".".join(target), "rule": "fixed_total_number", "N": round(number),
                                "allow_multapses": True, "weight": round(w, 6), "delay": drawn(delay)})

    for area, row in table.items():
        share = {other: exp(-PER_MM * float(row[f"mm_{other}"])) for other in table if other != area}
        for k, layer in enumerate(LAYERS):
            n = count[area, layer]
            between = BETWEEN * OUTSIDE[k] if share else 0
            mean = (OUTSIDE[k] - between) * BACKGROUND  # of excitatory events, per s
            for j, source in enumerate(LAYERS):
                strength = INHIBITION if source[-1] == "I" else 2 if (layer, source) == ("23E", "4E") else 1
                mean += strength * indegree(k, j) * RATES[j]
                connect((area, source), (area, layer), synapses * indegree(k, j) * n, strength * weight, 1.5 if source[-1] == "E" else 0.8)
            for source, part in FROM.items():
                mean += part * between * RATES[LAYERS.index(source)]
                for other in share:
                    connect((other, source), (area, layer), synapses * between * part * n * share[other] / sum(share.values()), weight,
                            1.5 + float(row[f"mm_{other}"]) / SPEED)
            if n:
                generators[f"{area}.{layer}"] = {
                    "mechanism": "iaf_psc_exp", "count": n, "record": True,
                    "parameters": {"E_L": -65, "V_reset": -65, "V_th": -50, "V_init": [round(-65 + 15 * (i * 0.618034 % 1), 3) for i in range(n)], "C_m": 0.25,
                                   "tau_m": 10, "t_ref": 2, "tau_syn_ex": SYNAPSE, "tau_syn_in": SYNAPSE, "w_rate": round(weight, 6),
                                   "rate": round(synapses * (OUTSIDE[k] - between) * BACKGROUND, 3),
                                   "I_e": round((1 - sqrt(synapses)) * mean * 1e-3 * SYNAPSE * WEIGHT, 6)}}
    return {"run": {"tstop": tstop, "dt": 0.1, "random_seed": 1, "connectivity": connectivity}, "cells": {}, "generators": generators,
            "connections": connections, "output": {"output_dir": "macaque"}}


def rates(config_file, folder):
    """{layer: (cells, Hz)}, all areas together, without the first fifth of the run."""
    import h5py
    made = json.loads(Path(config_file).read_text())
    tstop = made["run"]["tstop"]
    cells, spikes = dict.fromkeys(LAYERS, 0), dict.fromkeys(LAYERS, 0)
    with h5py.File(Path(folder) / "spikes.h5") as file:
        population = file["spikes/generators"]
        ids = sorted(population["node_ids"][:][population["timestamps"][:] >= tstop / 5])
    first = 0  # node ids count through the generators
    for name, entry in made["generators"].items():
        layer, last = name.split(".")[1], first + entry["count"]
        cells[layer] += entry["count"]
        spikes[layer] += bisect_left(ids, last) - bisect_left(ids, first)
        first = last
    return {layer: (cells[layer], spikes[layer] / cells[layer] / (0.8e-3 * tstop)) for layer in LAYERS}


def main():
    parser = argparse.ArgumentParser()
    verbs = parser.add_subparsers(dest="verb", required=True)
    make = verbs.add_parser("config")
    make.add_argument("--areas", type=int, default=32)
    make.add_argument("--cells", type=float, default=0.01)
    make.add_argument("--synapses", type=float, default=0.1, help="per cell")
    make.add_argument("--tstop", type=float, default=500)
    make.add_argument("--connectivity", default="procedural")
    read = verbs.add_parser("rates")
    read.add_argument("config")
    read.add_argument("folder")
    options = parser.parse_args()
    if options.verb == "config":
        json.dump(config(options.areas, options.cells, options.synapses, options.tstop, options.connectivity), sys.stdout, indent=0)
    else:
        for layer, (cells, rate) in rates(options.config, options.folder).items():
            print(f"{layer:4} {cells:7} cells  {rate:6.2f} Hz")


if __name__ == "__main__":
    main()
