"""A cell with a few channels that is quick to run, as base of sweeps."""
import csv
import json
import subprocess
from pathlib import Path

STYLIZED = [{"name": "soma", "L": 20, "diam": 20}, {"name": "dend", "L": 300, "diam": 2, "nseg": 5}]
REGIONS = {"all": {"cm": 1, "Ra": 100, "mechanisms": {"pas": {"g": 3e-5, "e": -70}}},
           "soma": {"mechanisms": {"hh": {"gnabar": 0.12, "gkbar": 0.036, "gl": 0, "el": -54.3},
                                   "Ih": {"gbar": 3e-5}, "Im": {"gbar": 1e-4}}}}


def config(tstop=300, delay=50, duration=200, dt=0.025):
    return {"cells": {"cell": {"stylized": STYLIZED, "biophysics": {"regions": REGIONS}}},
            "run": {"tstop": tstop, "dt": dt}, "conditions": {"celsius": 16, "v_init": -68},
            "inputs": {"step": {"module": "linear", "input_type": "current_clamp", "amp_start": 0.2, "delay": delay,
                                "duration": duration}},
            "reports": {"v": {"cells": "cell", "location": "soma(0.5)", "variable_name": "v", "dt": dt}}}


def sweep(rall, folder, description, *options, name="sweep", check=True):
    """Runs a sweep; returns its output directory."""
    path, out = folder / f"{name}.json", folder / name
    path.write_text(json.dumps(description))
    subprocess.run([rall, "sweep", path, "--output-dir", out, "--quiet", *options], check=check)
    return out


def table(out):
    """The rows of sweep.csv, without the units in its first line."""
    with open(Path(out) / "sweep.csv", newline="") as file:
        return [{name.split(" (")[0]: value for name, value in row.items()} for row in csv.DictReader(file)]
