#!/usr/bin/python3
"""Ten times as many entries of any kind take about ten times the time, not a hundred times.

    many.py RALL
"""
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from proportional import least_times  # noqa: E402

FEW, MANY = 4_000, 40_000


def config(**changes):
    return {"cells": {"c": {"stylized": [{"name": "soma", "L": 20, "diam": 20}], "biophysics": {"regions": {"all": {"mechanisms": {"pas": {}}}}}}},
            "run": {"tstop": 0.1}, "conditions": {"celsius": 6.3, "v_init": -65}} | changes


def biophysics(**region):
    return config(cells={"c": {"stylized": [{"name": "soma", "L": 20, "diam": 20}], "biophysics": {"regions": {"all": {"mechanisms": {"pas": {}}} | region}}}})


def synapses(n, **more):
    return config(synapses={f"s{i}": {"mechanism": "ExpSyn", "location": "soma(0.5)", "parameters": {"tau": 1}} for i in range(n)}, **more)


def sections(n, parent):
    one = {"L": 20, "diam": 2, "nseg": 1, "Ra": 100, "cm": 1}
    return config(cells={"c": {"stylized": [{"name": f"s{i}"} | one | ({"parent": parent(i)} if i else {}) for i in range(n)],
                               "biophysics": {"regions": {"all": {"mechanisms": {"pas": {}}}}}}})


KINDS = {  # what a number of entries makes of a config
    "unknown parameters": lambda n: biophysics(mechanisms={"pas": {f"p{i}": 1 for i in range(n)}}),
    "unknown mechanisms": lambda n: biophysics(mechanisms={f"m{i}": {} for i in range(n)}),
    "ions": lambda n: biophysics(ions={f"i{i}": {"e": 1} for i in range(n)}),
    "regions": lambda n: config(cells={"c": {"stylized": [{"name": "soma", "L": 20, "diam": 20}], "biophysics": {
        "regions": {f"r{i}": {"mechanisms": {"pas": {}}} for i in range(n)}}}}),
    "sections in a star": lambda n: sections(n, lambda i: "s0"), "sections in a row": lambda n: sections(n, lambda i: f"s{i - 1}"),
    "sections with a variable step": lambda n: sections(n // 4, lambda i: f"s{i // 2}") | {"run": {"tstop": 0.1, "integration_method": "cvode"}},
    "synapses": synapses, "generators": lambda n: config(generators={f"g{i}": {"times": [0.05]} for i in range(n)}),
    "connections": lambda n: synapses(1, generators={"g": {"times": [0.01]}}, connections=[{"source": "g", "target": "s0", "weight": 0, "delay": 0.01}] * n),
    "inputs": lambda n: config(inputs={f"i{i}": {"module": "linear", "input_type": "current_clamp", "amp_start": 0, "delay": 1, "duration": 1} for i in range(n)}),
    "variables of the manifest": lambda n: config(manifest={f"$V{i}": "x" for i in range(n)}),
    "global parameters": lambda n: config(conditions={"mechanisms": {"hh": {f"x{i}": 1 for i in range(n)}}}),
    "tolerances": lambda n: config(run={"tstop": 0.1, "integration_method": "cvode", "atolscale": {f"x{i}": 1 for i in range(n)}}),
    "members of a sweep": lambda n: {"config": config(), "parameters": {"run.spike_threshold": {"from": -30, "to": 0, "steps": n}}},
    "parameters of a sweep": lambda n: {"config": synapses(n), "parameters": {f"synapses.s{i}.parameters.tau": [1] for i in range(n)}},
    "wrong paths of a sweep": lambda n: {"config": config(), "parameters": {f"synapses.s{i}.tau": [1] for i in range(n)}},
    "parameters of one place": lambda n: {"config": config(), "parameters": {f"p{i}": {"path": "run.dt", "values": [0.025]} for i in range(n)}}}


def seconds(rall, folder, content):
    """Of processor time; what is said about an input does not matter here, but something has to be."""
    (folder / "config.json").write_text(json.dumps(content))
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    verb = ["sweep"] if "parameters" in content else ["run", "--no-html"]
    done = subprocess.run([rall, *verb, "config.json", "--output-dir", "out", "--quiet", "--threads", "1"], cwd=folder, capture_output=True, timeout=120)
    assert done.returncode in (0, 1), done
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def main(rall):
    rall = os.path.abspath(rall)
    slow = []
    for kind, of in KINDS.items():
        def taken(n):
            with tempfile.TemporaryDirectory() as folder:
                return seconds(rall, Path(folder), of(n))

        def linear(few, many):
            return many <= 25 * few + 0.5
        few, many = least_times(taken, FEW, MANY, linear)
        print(f"{kind}: {FEW} take {few:.2f} s, {MANY} {many:.2f} s", flush=True)
        if not linear(few, many):
            slow.append(kind)
    assert not slow, f"more than linear: {slow}"


if __name__ == "__main__":
    main(*sys.argv[1:])
