#!/usr/bin/python3
"""A network with self-events that move, watched conditions, weights that change one another, random currents and single channels gives the same
bits whatever the number of threads, however its cells are packed and in whatever order its connections are listed: reproducible.py RALL"""
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py

CASE = Path(__file__).resolve().parents[1] / "neuron/cases/events.json"
N_CELLS = 24


def config(folder):
    """The case that is compared with NEURON, with more cells, and noise that NEURON has not."""
    text = re.sub(r"^//.*", "", CASE.read_text(), flags=re.M)
    result = json.loads(text)
    result["mechanism_dirs"] = [str((CASE.parent / d).resolve()) for d in result["mechanism_dirs"]]
    result["cells"]["cell"]["count"] = N_CELLS
    result["synapses"]["plastic"]["cells"] = "cell"
    result["synapses"]["noise"] = {"mechanism": "OUNoise", "parameters": {"std": 0.15}, "location": ["soma(0.5)", "dend[0](0.5)"]}
    result["generators"]["poisson"] = {"mechanism": "NetStim", "count": 7, "record": True,
                                       "parameters": {"interval": 6, "number": 1000, "start": 0, "noise": 0.8}}
    result["connections"] += [{"source": "poisson", "target": "fast", "weight": 0.0003, "delay": 1.5},
                              {"source": "poisson", "target": "plastic", "weight": 0.01, "delay": 2.5},
                              {"source": "cell", "target": "moving", "rule": "one_to_one", "weight": 0.0005, "delay": 1.25}]
    result["reports"]["noise"] = {"synapses": "noise", "variable_name": "i", "type": "synapse"}
    result["connections"] += [{"source": "cell", "target": "fast", "rule": "fixed_indegree", "indegree": 3, "weight": weight,
                               "delay": {"distribution": "uniform", "low": 1, "high": 4}} for weight in (0.0001, 0.0002)]
    # Of these six in a soma four are alike and become one; in the Tsodyks-like GABAA what connections keep is their own.
    result["synapses"]["crowd"] = {"mechanism": "ExpSyn", "location": ["soma(0.5)"] * 6, "parameters": {"tau": [2, 3, 2, 3.5, 2, 2] * N_CELLS}}
    result["synapses"]["tired"] = {"mechanism": "GABAA", "location": ["dend[0](0.5)"] * 3}
    for target in ("crowd", "tired"):
        result["connections"] += [{"source": source, "target": target, "rule": "fixed_indegree", "indegree": 3, "weight": 0.0002,
                                   "delay": {"distribution": "uniform", "low": 1, "high": 4}} for source in ("cell", "poisson")]
    result["connections"].append({"source": "cell", "location": "dend[0](0.5)", "target": "plastic", "rule": "one_to_one", "weight": 0.01})
    result["connections"].append({"source": "cell", "threshold": -10, "target": "plastic", "rule": "one_to_one", "weight": 0.01})
    soma = result["cells"]["cell"]["biophysics"]["regions"]["soma"]
    soma["mechanisms"]["NaV"] = {"gbar": 0.002}
    # Rates of every third cell's channel are not those of its file, and so no table's (docs/mechanisms.md, Curves).
    soma["mechanisms"]["NaTa"] = {"gbar": 0.003}
    result["cells"]["cell"]["parameters"] = {"NaTa.mvhalf": [-45 if k % 3 == 0 else -48 for k in range(N_CELLS)]}
    result["reports"]["mutant"] = {"cells": "cell", "variable_name": "NaTa.m"}
    soma["stochastic"] = {"NaV": {"single_channel_conductance": 20}}
    result["reports"]["open"] = {"cells": "cell", "variable_name": "NaV.O"}
    path = folder / "config.json"
    path.write_text(json.dumps(result))
    result["connections"].reverse()
    (folder / "reversed.json").write_text(json.dumps(result))
    return path


def results(rall, path, out, *options):
    """Every number that a run writes: {file/dataset: bytes}; and how it ran."""
    summary = out.with_suffix(".json")
    subprocess.run([rall, "run", path, "--output-dir", out, "--quiet", "--no-html", "--double-reports", "--summary", summary, *options],
                   check=True, stderr=subprocess.PIPE)
    found = {}
    for file in sorted(out.glob("*.h5")):
        with h5py.File(file) as content:
            content.visititems(lambda name, item, file=file: found.update({f"{file.name}/{name}": item[()].tobytes()})
                               if isinstance(item, h5py.Dataset) and item.dtype.kind in "fiu" else None)
    return found, json.loads(summary.read_text())


def main(rall):
    with tempfile.TemporaryDirectory() as holder:
        folder = Path(holder)
        path = config(folder)
        reference, how = results(rall, path, folder / "reference", "--threads", "1", "--group-bytes", "100000000")
        assert how["groups"] == 2 and how["threads"] == 1, how
        assert how["spikes"] > 1000, "hardly anything happens"
        for threads, group_bytes in ((1, 1), (2, 1), (3, 20000), (2, 50000), (4, 100000000)):
            again, how = results(rall, path, folder / f"{threads}_{group_bytes}", "--threads", str(threads), "--group-bytes", str(group_bytes))
            different = sorted(name for name in reference if again.get(name) != reference[name])
            assert len(reference) == len(again) and not different, f"{threads} threads, {how['groups']} groups: {different} differ"
            print(f"{how['threads']} of {threads} threads, {how['groups']} groups: {len(again)} data sets alike, {how['spikes']} spikes")
        again, how = results(rall, folder / "reversed.json", folder / "reversed")
        different = sorted(name for name in reference if again.get(name) != reference[name])
        assert len(reference) == len(again) and not different, f"connections listed in reverse: {different} differ"


if __name__ == "__main__":
    main(*sys.argv[1:])
