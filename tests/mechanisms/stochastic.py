"""The built-in noise generators and the random functions of old NMODL files, run by `rall run`, have the statistics they promise:
stochastic.py RALL.

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
# What each variable of OldNoise draws: mean, variance and fourth central moment of its distribution.
OLD = {"picked": (0.5, 1 / 12, 1 / 80), "waited": (1, 1, 9), "counter": (0.5, 1 / 12, 1 / 80), "scop": (0.5, 1 / 12, 1 / 80),
       "old_exp": (3, 9, 9 * 3**4), "old_normal": (2, 0.25, 3 * 0.5**4), "old_poisson": (7, 7, 7 + 3 * 7**2),
       "died": (4, 2.4, 2.4 * (1 + 3 * (10 - 2) * 0.24))}
NEW = {"fair": (0.5, 1 / 12, 1 / 80), "whole": (2**31, 2**64 / 12, 2**128 / 80), "ranged": (4, 4 / 12, 16 / 80)}
CONFIG = {
    "cells": {"c": {"count": 40, "stylized": [{"name": "soma", "L": 20, "diam": 20}],
                    "biophysics": {"regions": {"all": {"mechanisms": {"pas": {"g": 1e-4, "e": -65}}}}}}},
    "mechanism_dirs": [str(Path(__file__).resolve().parent / "mod")],
    "synapses": {"ou": {"mechanism": "OUNoise", "location": "soma(0.5)", "parameters": {"mean": 0.5, "std": 0.2, "tau": 5}},
                 "old": {"mechanism": "OldNoise", "location": "soma(0.5)"}, "new": {"mechanism": "NewNoise", "location": "soma(0.5)"}},
    "generators": {"netstim": {"mechanism": "NetStim", "count": 50, "record": True,
                               "parameters": {"interval": 10, "number": 1000000, "start": 0, "noise": 1}},
                   "poisson": {"mechanism": "PoissonStim", "count": 50, "record": True, "parameters": {"rate": 40}}},
    "reports": {"i": {"synapses": "ou", "type": "synapse", "variable_name": "i", "dt": 25},
                **{name: {"synapses": "old", "type": "synapse", "variable_name": name, "dt": 25} for name in OLD},
                **{name: {"synapses": "new", "type": "synapse", "variable_name": name, "dt": 25} for name in (*NEW, "first", "again", "shared", "shifted")}},
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
    reports = {}
    for name in CONFIG["reports"]:
        with h5py.File(folder / "out" / f"{name}.h5") as file:
            reports[name] = file["report/cells/data"][:]
    return trains[:50], trains[50:], reports.pop("i"), reports


with tempfile.TemporaryDirectory() as folder:
    netstim, poisson, current, old = run(Path(folder), 3)
    _, other_poisson, other_current, other_old = run(Path(folder), 4)

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
for name, (mean, variance, fourth) in (OLD | NEW).items():
    drawn = old[name][1:]
    n = drawn.size
    check(f"{name} mean", drawn.mean(), mean, math.sqrt(variance / n))
    check(f"{name} variance", drawn.var(), variance, math.sqrt((fourth - variance**2) / n))
    between = numpy.corrcoef(drawn.T)[numpy.triu_indices(drawn.shape[1], 1)]
    check(f"{name} correlation between cells", between.mean(), 0, 1 / math.sqrt(len(drawn) * len(between)))
    if numpy.array_equal(old[name], other_old[name]):
        failures.append(f"another seed gives the same {name}")
if numpy.array_equal(current, other_current) or numpy.array_equal(poisson[0], other_poisson[0]):
    failures.append("another seed gives the same numbers")
if not numpy.array_equal(old["first"][1:], old["again"][1:]):
    failures.append("random_setseq(r, 0) does not lead to the first draw")
if (numpy.ptp(old["shared"], axis=1) > 0).any() or numpy.ptp(old["shared"]) == 0:
    failures.append("instances whose streams have the same ids draw different numbers, or one again and again")
if (old["whole"] != numpy.floor(old["whole"])).any() or (old["shifted"] < 0).any():
    failures.append("random_ipick gives no whole numbers, or random_negexp negative ones")
sys.exit("; ".join(failures) or 0)
