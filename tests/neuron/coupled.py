#!/usr/bin/python3
"""Cells with gap junctions, and cells with graded synapses, in Rall and in NEURON, which couples them by POINTERs on one thread.

    coupled.py RALL BUILTIN_DIR BUILD_DIR [--cells N]

Potentials must agree within 1e-6 mV; in Rall they must be the same bits in one group and in many, on one thread and on two.
"""
import argparse
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py
import numpy
import reference

MODS = Path(__file__).resolve().parent / "mods"


def dendrites(sections, nseg, draw):
    tree = [{"name": "soma", "L": 20, "diam": 20}]
    for k in range(sections):
        tree.append({"name": f"dend[{k}]", "L": 90, "diam": round(draw.uniform(0.8, 2.5), 2), "nseg": nseg,
                     "parent": f"dend[{k // 2}]" if k > 1 else "soma"})
    return tree


def network(kind, n):
    draw = random.Random(5)
    below = round(0.02 / n**0.5, 4)  # nA: subthreshold, and not the same for all
    config = {
        "mechanism_dirs": [str(MODS)],
        "cells": {"cell": {"count": n, "stylized": dendrites(8, 7, draw), "biophysics": {"regions": {
            "soma": {"cm": 1, "Ra": 100, "mechanisms": {"hh": {"gnabar": 0.06}}},
            "dend": {"cm": 1, "Ra": 100, "mechanisms": {"pas": {"g": 1e-4, "e": -65}}}}}}},
        "inputs": {f"step_{k}": {"module": "linear", "input_type": "current_clamp", "amp_start": 0.05 + below * k, "delay": 2 + 3 * k,
                                 "duration": 20, "node_set": f"cell[{k * n // 8}]", "location": "soma(0.5)"} for k in range(8)},
        "run": {"tstop": 40, "dt": 0.025}, "conditions": {"celsius": 6.3, "v_init": -65},
        "reports": {"v": {"cells": "cell", "location": ["soma(0.5)", "dend[5](0.5)"], "variable_name": "v", "dt": 0.1}},
        "output": {"output_dir": "out"}}
    if kind == "gap":  # each pair has one conductance, half of which lies in each cell
        g = [round(draw.uniform(5e-4, 5e-3), 6) for _ in range(n)]
        half = {"mechanism": "HalfGap", "cells": "cell", "location": "dend[2](0.5)"}
        seen = {"cells": "cell", "location": "dend[2](0.5)", "variable_name": "v"}
        config["synapses"] = {
            "right": half | {"parameters": {"g": g}, "pointers": {"vgap": seen | {"shift": 1}}},
            "left": half | {"parameters": {"g": g[-1:] + g[:-1]}, "pointers": {"vgap": seen | {"shift": n - 1}}}}
    else:
        parameters = {"gmax": [round(draw.uniform(1e-4, 1e-3), 6) for _ in range(n)], "half": -62, "e": -75}
        config["synapses"] = {"graded": {"mechanism": "Graded", "cells": "cell", "location": "dend[4](0.5)", "parameters": parameters,
                                         "pointers": {"vpre": {"cells": "cell", "location": "soma(0.5)", "variable_name": "v", "shift": 7}}}}
    return config


def rall(program, config, folder, *options):
    """The bytes of the report, its samples, and the summary."""
    command = [program, "run", config, "--output-dir", folder / "out", "--double-reports", "--no-html", "--summary", folder / "summary.json"]
    done = subprocess.run([*command, *options], text=True, capture_output=True)
    if done.returncode or "cells-share-a-thread" in done.stderr:
        sys.exit(f"rall run ended with {done.returncode}:\n{done.stderr}")
    path = folder / "out" / "v.h5"
    with h5py.File(path) as file:
        (population,) = file["report"].values()
        return path.read_bytes(), population["data"][:], json.loads((folder / "summary.json").read_text())


def main(program, builtin_dir, build_dir, cells):
    for kind in "gap", "graded":
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            config = folder / "config.json"
            config.write_text(json.dumps(network(kind, cells)))
            whole, data, summary = rall(program, config, folder, "--threads", "1", "--group-bytes", "1000000000")
            if summary["groups"] != 1:
                sys.exit(f"{kind}: {summary['groups']} groups; expected one")
            for threads, group_bytes in ("1", "20000"), ("2", "20000"), ("2", "60000"), ("2", "0"):
                other, _, summary = rall(program, config, folder, "--threads", threads, "--group-bytes", group_bytes)
                print(f"{kind}: {summary['groups']} groups, {summary['threads']} threads")
                if group_bytes != "0" and summary["groups"] < 4:
                    sys.exit(f"{kind}: {summary['groups']} groups of {group_bytes} bytes")
                if whole != other:
                    sys.exit(f"{kind}: {threads} threads and {summary['groups']} groups make other results than one group")
            expected = reference.run(config, builtin_dir, build_dir)
            worst = numpy.abs(data - expected.reports["v"].data).max()
            spread = numpy.ptp(expected.reports["v"].data, axis=1).max()
            print(f"{kind}: {worst:.2e} mV from NEURON (allowed 1e-06); cells differ by {spread:.1f} mV")
            if not worst <= 1e-6 or not spread > 1 or expected.spikes:
                sys.exit(f"{kind}: differs from NEURON, or shows nothing")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--cells", type=int, default=200)
    for name in "program", "builtin_dir", "build_dir":
        parser.add_argument(name)
    main(**vars(parser.parse_args()))
