#!/usr/bin/python3
"""Runs a config with variable steps in Rall and in NEURON, and with fixed steps of 0.001 ms in Rall, and compares spikes and steps.

    variable.py RALL CASE.json BUILTIN_DIR BUILD_DIR [--fixed MS]

"run" of the case has "integration_method": "cvode"; NEURON takes the same tolerances and scope and looks for thresholds between its
steps (condition_order 2). The same cells must spike within 0.01 ms of NEURON's times and within MS (default 0.01) of the fixed step's,
and Rall's number of steps must be within 20 % of NEURON's. Prints the largest differences; exits 1 when one is too large.
"""
import argparse
import ctypes
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py
import reference
from neuron import h


def rall(program, config, folder):
    """Spikes {gid: [ms]} and the summary of `rall run`."""
    summary = Path(folder) / "summary.json"
    done = subprocess.run([program, "run", config, "--output-dir", Path(folder) / "out", "--summary", summary, "--no-html"], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        sys.exit(f"rall run {config} ended with {done.returncode}:\n{done.stdout}")
    spikes = {}
    with h5py.File(Path(folder) / "out" / "spikes.h5") as file:
        for population in file["spikes"].values():
            for gid, time in zip(population["node_ids"][:].tolist(), population["timestamps"][:].tolist(), strict=True):
                spikes.setdefault(gid, []).append(time)
    return {gid: sorted(times) for gid, times in spikes.items()}, json.loads(summary.read_text())


def neuron(config, settings, builtin_dir, build_dir):
    """Spikes {gid: [ms]} and the number of steps of all cells together."""
    model = reference.Model(Path(config), Path(builtin_dir), build_dir)
    run, conditions = settings["run"], settings["conditions"]
    cvode = h.CVode()
    cvode.active(1)
    cvode.use_local_dt(run.get("scope", "cell") == "cell")
    cvode.condition_order(2)
    cvode.atol(run.get("atol", 1e-3))
    cvode.rtol(run.get("rtol", 0))
    h.usetable_hh = 0
    h.celsius = conditions["celsius"]
    handler = h.FInitializeHandler(1, model.queue_trains)  # noqa: F841: NEURON frees what Python no longer holds
    h.finitialize(conditions["v_init"])
    cvode.solve(run["tstop"])
    return {gid: list(times) for gid, times in model.spikes if len(times)}, count_steps(cvode)


def count_steps(cvode):
    """NEURON only prints its statistics, past Python."""
    with tempfile.TemporaryFile("w+") as file:
        sys.stdout.flush()
        saved = os.dup(1)
        os.dup2(file.fileno(), 1)
        cvode.statistics()
        sys.stdout.flush()  # NEURON prints through Python or through C
        ctypes.CDLL(None).fflush(None)
        os.dup2(saved, 1)
        os.close(saved)
        file.seek(0)
        return sum(int(n) for n in re.findall(r"(\d+) advance_tn", file.read()))


def with_fixed_steps(settings, folder):
    """The same config with steps of 0.001 ms, to be read anywhere."""
    cells = {name: entry | {key: str(folder / entry[key]) for key in ("morphology", "biophysics") if isinstance(entry.get(key), str)}
             for name, entry in settings["cells"].items()}
    run = {key: settings["run"][key] for key in ("tstop", "spike_threshold") if key in settings["run"]}
    return settings | {"cells": cells, "run": run | {"dt": 0.001},
                       "mechanism_dirs": [str(folder / entry) for entry in settings.get("mechanism_dirs", [])]}


def largest(ours, theirs, whose, limit, failures):
    counts = {gid: (len(ours.get(gid, [])), len(theirs.get(gid, []))) for gid in {*ours, *theirs}}
    odd = [f"cell {gid}: {a} spikes, {whose} {b}" for gid, (a, b) in sorted(counts.items()) if a != b]
    failures += odd
    if odd:
        return
    difference = max((abs(a - b) for gid in ours for a, b in zip(ours[gid], theirs[gid], strict=True)), default=0)
    print(f"{sum(map(len, ours.values()))} spikes, at most {difference:.5f} ms from {whose} (allowed {limit})")
    if not difference <= limit:
        failures.append(f"spikes differ by {difference} ms from {whose}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("rall", "case", "builtin_dir", "build_dir"):
        parser.add_argument(name)
    parser.add_argument("--fixed", type=float, default=0.01, help="ms, for the fixed step's spikes")
    arguments = parser.parse_args()
    settings = reference.read_json(arguments.case)
    with tempfile.TemporaryDirectory() as folder:
        ours, summary = rall(arguments.rall, arguments.case, folder)
        case = Path(folder) / "fixed.json"
        case.write_text(json.dumps(with_fixed_steps(settings, Path(arguments.case).resolve().parent)))
        ours_fixed, _ = rall(arguments.rall, case, folder)
    theirs, steps = neuron(arguments.case, settings, arguments.builtin_dir, arguments.build_dir)
    failures = []
    largest(ours, theirs, "NEURON's", 0.01, failures)
    largest(ours, ours_fixed, "fixed steps'", arguments.fixed, failures)
    print(f"{summary['steps']} steps, NEURON {steps}; {summary['variable_step']}")
    if not 0.8 * steps <= summary["steps"] <= 1.2 * steps:
        failures.append(f"{summary['steps']} steps, NEURON takes {steps}")
    if failures:
        sys.exit("\n".join(["differs:", *failures]))


if __name__ == "__main__":
    main()
