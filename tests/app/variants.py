#!/usr/bin/python3
"""Wild type and mutants in a neuron: `rall compare` tells of each what `rall run --replace` makes of it: variants.py RALL"""
import csv
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py

SOMA = [{"name": "soma", "L": 20, "diam": 20}, {"name": "dend[0]", "L": 200, "diam": 2, "nseg": 5, "parent": "soma"}]
CONFIG = {
    "cells": {"cell": {"stylized": SOMA, "count": 2, "biophysics": {"regions": {"all": {"cm": 1, "Ra": 100, "mechanisms": {"pas": {"g": 1e-4, "e": -65}}},
                                                                              "soma": {"mechanisms": {"hh": {}}}}}}},
    "run": {"tstop": 100, "dt": 0.025}, "conditions": {"celsius": 6.3, "v_init": -65},
    "inputs": {"step": {"module": "linear", "input_type": "current_clamp", "amp_start": 0.25, "delay": 10, "duration": 80, "node_set": "cell[0]"}},
    "reports": {"v": {"cells": "cell[0]", "location": "soma(0.5)", "variable_name": "v", "dt": 0.025}}, "output": {"output_dir": "out"}}


def check(rall, folder, builtin):
    config = folder / "cell.json"
    config.write_text(json.dumps(CONFIG))
    hh = (builtin / "hh.mod").read_text()
    slow, same = folder / "slow.mod", folder / "same.mod"
    same.write_text(hh)
    slow.write_text(hh.replace("gkbar = .036", "gkbar = .018"))
    assert slow.read_text() != hh, "hh.mod reads otherwise"

    def run(*words, code=0):
        done = subprocess.run([rall, *map(str, words)], capture_output=True, text=True, cwd=folder, timeout=250)
        assert done.returncode == code, (words, done)
        return done

    done = run("compare", config, "--replace", same, "--replace", f"R213Q={slow}")
    said = json.loads((folder / "compare/compare.json").read_text())
    assert [variant["name"] for variant in said["variants"]] == ["wild", "same", "R213Q"], said
    features = {feature["name"]: feature for feature in said["features"]}
    assert all(feature["changes"][:2] in ([0, 0], [None, None]) for feature in features.values()), "the same file changes something"
    assert features["AP_amplitude"]["units"] == "mV" and features["firing_rate"]["units"] == "Hz"
    assert features["AP_duration_half_width"]["changes"][2] > 0.1 and "AP_duration_half_width" in done.stdout and "change" in done.stdout
    assert run("compare", config, "--replace", slow, "--json", "--quiet", "--output-dir", "again").stdout == (folder / "again/compare.json").read_text()
    with open(folder / "compare/compare.csv") as file:
        rows = {row["feature"]: row for row in csv.DictReader(file)}
    peak = rows["peak_voltage"]
    assert abs(float(peak["R213Q"]) - float(peak["wild"]) - float(peak["change of R213Q"])) < 1e-6 and peak["units"] == "mV", peak
    # What each variant does by itself.
    with open(folder / "compare/traces.csv") as file:
        traces = list(csv.DictReader(file))
    for column, name, words in ((0, "wild", ()), (2, "R213Q", ("--replace", slow))):
        run("run", config, "--quiet", "--no-html", "--double-reports", "--output-dir", name, *words)
        with h5py.File(folder / name / "v.h5") as file:
            v = file["report/cells/data"][:, 0]
        assert len(traces) == len(v) and max(abs(float(row[f"{name} (mV)"]) - x) for row, x in zip(traces, v)) < 1e-7, name
        with h5py.File(folder / name / "spikes.h5") as file:
            assert len(file["spikes/cells/timestamps"]) == features["spikes_of_all_cells"]["values"][column]
    assert "comparePage" in (folder / "compare/compare.html").read_text()

    # What cannot be compared is told, and nothing is written.
    other = folder / "other.mod"
    other.write_text((builtin / "Ih.mod").read_text())
    for words, code, text in ((("--replace", other), 1, "the model does not use its mechanism"), (("--replace", folder / "none.mod"), 1, "none.mod"),
                              (("--replace", slow, "--replace", slow), 2, "two variants are called 'slow'"), ((), 2, "--replace"),
                              (("--replace", slow, "--cell", "nobody"), 1, "--cell: no cell is called 'nobody'"),
                              (("--replace", slow, "--stimulus", "stp"), 1, "--stimulus: no current clamp is called 'stp'")):
        done = run("compare", config, *words, "--output-dir", "wrong", code=code)
        assert text in done.stderr and not (folder / "wrong").exists(), done


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as holder:
        check(sys.argv[1], Path(holder), Path(__file__).resolve().parents[2] / "mechanisms/builtin")
