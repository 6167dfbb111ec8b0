"""The built-in noise generators, run by `rall run`, have the statistics they promise: stochastic.py RALL.

Each bound is five standard errors of the quantity for the sample at hand, so a wrong rate or variance of a few percent fails.
"""
import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py
import numpy

TSTOP = 2000.0  # ms
CONFIG = {
    "cells": {"c": {"count": 40, "stylized": [{"name": "soma", "L": 20, "diam": 20}],
                    "biophysics": {"regions": {"all": {"mechanisms": {"pas": {"g": 1e-4, "e": -65}}}}}}},
    "synapses": {"ou": {"mechanism": "OUNoise", "location": "soma(0.5)", "parameters": {"mean": 0.5, "std": 0.2, "tau": 5}}},
    "generators": {"netstim": {"mechanism": "NetStim", "count": 50, "record": True,
                               "parameters": {"interval": 10, "number": 1000000, "start": 0, "noise": 1}},
                   "poisson": {"mechanism": "PoissonStim", "count": 50, "record": True, "parameters": {"rate": 40}}},
    "reports": {"i": {"synapses": "ou", "type": "synapse", "variable_name": "i", "dt": 25}},
    "run": {"tstop": TSTOP, "random_seed": 3}, "conditions": {"celsius": 20, "v_init": -65}, "output": {"output_dir": "out"}}
failures = []


def check(what, value, expected, standard_error):
    ok = abs(value - expected) < 5 * standard_error
    print(f"{'ok' if ok else 'WRONG':6}{what}: {value:.4g}, expected {expected:.4g} +- {standard_error:.2g}")
    if not ok:
        failures.append(what)


def run(folder, seed):
    CONFIG["run"]["random_seed"] = seed
    (folder / "config.json").write_text(json.dumps(CONFIG))
    subprocess.run([sys.argv[1], "run", str(folder / "config.json"), "--no-html", "--quiet"], check=True)
    with h5py.File(folder / "out" / "spikes.h5") as file:
        spikes = file["spikes/generators"]
        trains = [spikes["timestamps"][:][spikes["node_ids"][:] == gid] for gid in range(40, 140)]
    with h5py.File(folder / "out" / "i.h5") as file:
        return trains[:50], trains[50:], file["report/cells/data"][:]


with tempfile.TemporaryDirectory() as folder:
    netstim, poisson, current = run(Path(folder), 3)
    _, other_poisson, other_current = run(Path(folder), 4)

for name, trains, interval in (("NetStim", netstim, 10.0), ("PoissonStim", poisson, 25.0)):
    intervals = numpy.concatenate([numpy.diff(train) for train in trains])
    n = len(intervals)
    check(f"{name} mean interval (ms)", intervals.mean(), interval, interval / math.sqrt(n))
    # Of an exponential: var(s) of the standard deviation is about (kurtosis - 1)/4n of its square, kurtosis 9.
    check(f"{name} standard deviation of intervals (ms)", intervals.std(), interval, interval * math.sqrt(2 / n))
    counts = numpy.array([len(train) for train in trains])
    check(f"{name} variance of counts over their mean", counts.var(ddof=1) / counts.mean(), 1, math.sqrt(2 / (len(counts) - 1)))

samples = current[4:]  # 100 ms on, 25 ms = 5 tau apart: nearly independent
n = samples.size
check("OUNoise mean (nA)", samples.mean(), 0.5, 0.2 / math.sqrt(n) * 1.01)
check("OUNoise standard deviation (nA)", samples.std(), 0.2, 0.2 / math.sqrt(2 * n) * 1.01)
between = numpy.corrcoef(samples.T)[numpy.triu_indices(samples.shape[1], 1)]
check("OUNoise correlation between cells", between.mean(), 0, 1 / math.sqrt(len(samples) * len(between)))
if numpy.array_equal(current, other_current) or numpy.array_equal(poisson[0], other_poisson[0]):
    failures.append("another seed gives the same numbers")
sys.exit("; ".join(failures) or 0)
