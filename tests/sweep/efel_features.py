#!/usr/bin/python3
"""The features of rall sweep beside eFEL's, on the traces that rall run gives for the same members.

    efel_features.py RALL ENVIRONMENT

eFEL is installed from PyPI into the virtual environment if it is not there. Exit code 77: PyPI cannot be reached.
"""
import importlib.util
import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path

DT = 0.025
# Between samples, so that rounding of times does not decide which sample a window begins with.
DELAY, DURATION = 50 + DT / 2, 200
EXACT = 1e-9


def enter(environment):
    """Goes on in the virtual environment."""
    python = environment / "bin" / "python"
    if Path(sys.prefix).resolve() == environment.resolve():
        return
    if subprocess.run([python, "-c", "import efel, h5py"], stderr=subprocess.DEVNULL).returncode != 0 if python.exists() else True:
        subprocess.run([sys.executable, "-m", "venv", "--clear", environment], check=True)
        install = subprocess.run([python, "-m", "pip", "install", "--quiet", "efel", "h5py"], capture_output=True, text=True)
        if install.returncode != 0:
            print("skipped: eFEL cannot be installed from PyPI\n" + install.stderr[-1000:])
            sys.exit(77)
    os.execv(python, [python, *sys.argv])


def member_config(base, row):
    config = json.loads(json.dumps(base))
    config["inputs"]["step"]["amp_start"] = float(row["I"])
    soma = config["cells"]["cell"]["biophysics"]["regions"]["soma"]["mechanisms"]
    soma["Im"]["gbar"] = float(row["gm"])
    soma["Ih"]["gbar"] = float(row["gh"])
    return config


def trace(rall, folder, config):
    import h5py
    path = folder / "member.json"
    path.write_text(json.dumps(config))
    subprocess.run([rall, "run", path, "--output-dir", folder / "member", "--no-html", "--double-reports", "--quiet"], check=True,
                   stderr=subprocess.DEVNULL)
    with h5py.File(folder / "member" / "v.h5") as file:
        return file["report/cells/data"][:, 0]


def main(rall, environment):
    enter(Path(environment))
    import efel
    import numpy
    cell_module = importlib.util.spec_from_file_location("cell", Path(__file__).with_name("cell.py"))
    cell = importlib.util.module_from_spec(cell_module)
    cell_module.loader.exec_module(cell)

    efel.set_setting("interp_step", DT)
    base = cell.config(tstop=300 + DT, delay=DELAY, duration=DURATION)
    soma = "cells.cell.biophysics.regions.soma.mechanisms"
    description = {"config": base, "parameters": {
        "I": {"path": "inputs.step.amp_start", "values": [-0.2, -0.05, 0, 0.1, 0.2, 0.6]},
        "gm": {"path": soma + ".Im.gbar", "values": [0, 1e-3]}, "gh": {"path": soma + ".Ih.gbar", "values": [3e-5, 3e-4]}}}
    compared, largest = {}, 0
    with tempfile.TemporaryDirectory() as holder:
        folder = Path(holder)
        rows = cell.table(cell.sweep(rall, folder, description))
        names = [name for name in rows[0] if name not in ("member", "I", "gm", "gh", "status", "diverged_at")]
        for row in rows:
            v = trace(rall, folder, member_config(base, row))
            t = numpy.arange(len(v)) * DT
            theirs = efel.get_feature_values([{"T": t, "V": v, "stim_start": [DELAY], "stim_end": [DELAY + DURATION]}], names,
                                             raise_warnings=False)[0]
            for name in names:
                ours = float(row[name]) if row[name] else math.nan
                values = theirs[name]
                expected = float(numpy.mean(values)) if values is not None and len(values) else math.nan
                if name == "mean_frequency" and math.isnan(expected):
                    expected = 0.0  # a cell that does not spike fires at 0 Hz (docs/sweep.md)
                same = math.isnan(ours) if math.isnan(expected) else abs(ours - expected) <= EXACT * max(1, abs(expected))
                assert same, f"{name} of member {row['member']} ({row['I']} nA): ours {ours}, eFEL's {values}"
                if not math.isnan(expected):
                    compared[name] = compared.get(name, 0) + 1
                    largest = max(largest, abs(ours - expected))
    for name in names:
        print(f"{name:30} equal to eFEL's in {compared.get(name, 0)} members")
        assert compared.get(name, 0) >= 3, f"{name} was hardly compared"
    print(f"largest difference {largest:.2g}")


if __name__ == "__main__":
    main(*sys.argv[1:])
