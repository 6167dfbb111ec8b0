#!/usr/bin/python3
"""Every reconstruction that `rall inspect` reads also runs: reconstructions_run.py RALL FOLDER...

Leak and Hodgkin-Huxley channels everywhere, a current step of 0.1 nA, 20 ms; no place and no option is given. FOLDERs that are not there
are left out. Each cell must take one electrode, one recording and one place of its spikes, and depolarise by the step.
"""
import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py


def config(path):
    biophysics = {"regions": {"all": {"cm": 1, "Ra": 100, "mechanisms": {"pas": {}, "hh": {}}}}}
    return {
        "cells": {"cell": {"morphology": str(path), "biophysics": biophysics}},
        "run": {"tstop": 20, "dt": 0.025},
        "conditions": {"celsius": 6.3, "v_init": -65},
        "inputs": {"step": {"module": "IClamp", "input_type": "current_clamp", "amp": 0.1, "delay": 5, "duration": 10}},
        "reports": {"v": {"variable_name": "v"}},
        "output": {"output_dir": "out"},
    }


def complaint(rall, path):
    """What is wrong with a reconstruction's run; empty if nothing is, None if it cannot be read."""
    if subprocess.run([rall, "inspect", "--json", path], capture_output=True, timeout=300).returncode:
        return None
    with tempfile.TemporaryDirectory() as holder:
        folder = Path(holder)
        (folder / "sim.json").write_text(json.dumps(config(path.resolve())))
        done = subprocess.run([rall, "run", folder / "sim.json", "--summary", folder / "summary.json"], capture_output=True, text=True,
                              timeout=300)
        if done.returncode:
            return f"exit code {done.returncode}: {done.stderr[-500:]}"
        electrodes = json.loads((folder / "summary.json").read_text())["point_processes"]
        if electrodes != 1:
            return f"{electrodes} electrodes"
        with h5py.File(folder / "out/v.h5") as file:
            v = file["report/cells/data"][:]
    if v.shape[1] != 1:
        return f"{v.shape[1]} recordings"
    v = v[:, 0]
    if not all(map(math.isfinite, v)):
        return "voltages that are no numbers"
    rise = max(v[200:600]) - v[199]  # the step begins at 5 ms
    return "" if rise > 0.01 else f"the step moves the voltage by {rise} mV"


def main():
    rall, *folders = sys.argv[1:]
    read = failed = 0
    for path in (f for folder in folders for f in sorted(Path(folder).glob("*")) if f.suffix in (".swc", ".asc")):
        said = complaint(rall, path)
        if said is None:
            continue
        read += 1
        failed += bool(said)
        print(f"{path.name}: {said or 'ok'}", flush=True)
    print(f"{read} reconstructions, {failed} do not run")
    sys.exit(failed > 0 or not read)


if __name__ == "__main__":
    main()
