#!/usr/bin/python3
"""rall sweep: how parameters are named and combined, that members do not disturb one another, and what happens to those that diverge.

    sweep.py RALL
"""
import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py
import numpy

import cell

GNABAR = "cells.cell.biophysics.regions.soma.mechanisms.hh.gnabar"


def check_combinations(rall, folder):
    base = cell.config(tstop=20, delay=5, duration=10)
    rows = cell.table(cell.sweep(rall, folder, {"config": base, "parameters": {
        "inputs.step.amp_start": [0.1, 0.2], GNABAR: {"from": 0.1, "to": 0.4, "steps": 3, "log": True}}}, name="grid"))
    assert [(float(r["inputs.step.amp_start"]), float(r[GNABAR])) for r in rows] == \
        [(0.1, 0.1), (0.1, 0.2), (0.1, 0.4), (0.2, 0.1), (0.2, 0.2), (0.2, 0.4)], rows

    rows = cell.table(cell.sweep(rall, folder, {"config": base, "combine": "list", "parameters": {
        "I": {"path": "inputs.step.amp_start", "values": [0.1, 0.3]},
        "g": {"path": [GNABAR, "cells.cell.biophysics.regions.soma.mechanisms.hh.gkbar"], "scale": True, "values": [1, 0.5]}}}, name="list"))
    assert [(float(r["I"]), float(r["g"])) for r in rows] == [(0.1, 1), (0.3, 0.5)], rows

    n = 12
    cube = {"config": base, "combine": "latin_hypercube", "members": n, "seed": 5, "parameters": {
        "I": {"path": "inputs.step.amp_start", "values": {"from": 0, "to": 0.6}},
        "g": {"path": GNABAR, "values": {"from": 0.01, "to": 1, "log": True}}}}
    rows = cell.table(cell.sweep(rall, folder, cube, name="cube"))
    assert sorted(int(float(r["I"]) / 0.6 * n) for r in rows) == list(range(n)), "a stratum of I is empty"
    assert sorted(int((math.log10(float(r["g"])) + 2) / 2 * n) for r in rows) == list(range(n)), "a stratum of g is empty"
    assert sorted(rows, key=lambda r: float(r["I"])) != sorted(rows, key=lambda r: float(r["g"])), "not shuffled"

    # The same members from a file give the same rows.
    (folder / "cube.csv").write_text("g,I\n" + "".join(f"{r['g']},{r['I']}\n" for r in rows))
    again = cell.table(cell.sweep(rall, folder, {"config": base, "combine": "csv", "csv": "cube.csv", "parameters": {
        "I": {"path": "inputs.step.amp_start"}, "g": {"path": GNABAR}}}, name="csv"))
    assert again == rows


def check_packing(rall, folder):
    """A member's row does not depend on who runs beside it; conditions that a model has once may differ too."""
    base = cell.config(tstop=60, delay=10, duration=50)
    base["synapses"] = {"noise": {"mechanism": "OUNoise", "parameters": {"std": 0.1}, "location": "soma(0.5)"}}
    description = {"config": base, "parameters": {
        "conditions.celsius": [10, 16], GNABAR: [0.08, 0.12, 0.2], "inputs.step.amp_start": [0.05, 0.2, 0.4]}}
    tables = set()
    for k, options in enumerate([["--threads", "1"], ["--batch", "1"], ["--batch", "4", "--threads", "2"], ["--group-bytes", "1"]]):
        out = cell.sweep(rall, folder, description, *options, name=f"packing{k}")
        tables.add((out / "sweep.csv").read_bytes())
    assert len(tables) == 1, "the table depends on batches, threads or groups"
    rows = cell.table(out)
    assert len(rows) == 18 and len({r["Spikecount"] for r in rows}) > 2, rows
    assert rows[2]["AP_begin_voltage"] != rows[11]["AP_begin_voltage"], "the temperature changed nothing"
    with h5py.File(out / "sweep.h5") as file:
        assert numpy.array_equal(file["member"][()], range(18))
        assert numpy.array_equal(file[f"parameters/{GNABAR}"][()], [float(r[GNABAR]) for r in rows])
        for name in file["features"]:
            ours = [float(r[name]) if r[name] else math.nan for r in rows]
            assert numpy.array_equal(file["features"][name][()], ours, equal_nan=True), name


def check_variable_steps(rall, folder):
    base = cell.config(tstop=60, delay=10, duration=50)
    base["run"] |= {"integration_method": "cvode", "atol": 1e-4}
    description = {"config": base, "parameters": {"run.atol": [1e-4, 1e-3], "inputs.step.amp_start": [0.05, 0.2, 0.4]}}
    tables = [cell.table(cell.sweep(rall, folder, description, "--batch", str(n), name=f"variable{n}")) for n in (1, 6)]
    assert tables[0] == tables[1]
    assert tables[0][2]["AP_begin_voltage"] != tables[0][5]["AP_begin_voltage"], "the tolerance changed nothing"


def check_divergence(rall, folder):
    base = cell.config(tstop=100, delay=10, duration=50)
    base["cells"]["cell"]["biophysics"] = {"regions": {"all": {"mechanisms": {"pas": {"g": 1e-4, "e": -70}}}}}
    description = {"config": base, "parameters": {"g": {"path": "cells.cell.biophysics.regions.all.mechanisms.pas.g",
                                                        "values": [1e-4, -1e-3, 2e-4, -1e-2]}}}
    tables = [cell.table(cell.sweep(rall, folder, description, "--batch", str(n), name=f"diverged{n}")) for n in (1, 4)]
    assert tables[0] == tables[1]
    assert [r["status"] for r in tables[0]] == ["finished", "diverged", "finished", "diverged"], tables[0]
    slow, fast = float(tables[0][1]["diverged_at"]), float(tables[0][3]["diverged_at"])
    assert 0 < fast < slow < 100, (slow, fast)
    assert tables[0][1]["voltage_base"] == "" and tables[0][2]["voltage_base"] != ""


def check_files(rall, folder):
    """Paths reach into a biophysics file, into lists, and may name what the config leaves at its default."""
    base = cell.config(tstop=20, delay=5, duration=10)
    (folder / "bio").mkdir()
    (folder / "bio" / "cell.json").write_text(json.dumps(base["cells"]["cell"]["biophysics"]))
    base["cells"]["cell"]["biophysics"] = "bio/cell.json"
    (folder / "base.json").write_text(json.dumps(base))
    rows = cell.table(cell.sweep(rall, folder, {"base": "base.json", "parameters": {
        GNABAR: [0.05, 0.2], "cells.cell.stylized[name=dend].diam": [1, 3], "run.spike_threshold": [-20]}}, name="files"))
    assert len(rows) == 4 and len({r["voltage_base"] for r in rows}) == 4, rows


def check_firing_rate(rall, folder):
    """Spikes in the stimulus over its duration, whatever else a member does: none, one, many; before, beside and beyond the stimulus."""
    base = cell.config(tstop=200, delay=50, duration=100)
    amplitude = "inputs.step.amp_start"
    rows = cell.table(cell.sweep(rall, folder, {"config": base, "parameters": {amplitude: [0, 0.1, 0.6]}}, name="rates"))
    assert [r["firing_rate"] for r in rows][0] == "0" and rows[0]["mean_frequency"] == "", rows[0]
    for row in rows:
        assert float(row["firing_rate"]) == 10 * int(row["Spikecount_stimint"]), row
    assert int(rows[2]["Spikecount"]) > 1, rows

    # One spike, soon: its rate is not one over its latency.
    base["inputs"]["step"] |= {"amp_start": 2, "duration": 5}
    row, = cell.table(cell.sweep(rall, folder, {"config": base, "features": {"stimulus": {"from": 50, "to": 150}},
                                                "parameters": {amplitude: [2]}}, name="single"))
    assert row["Spikecount"] == "1" and float(row["firing_rate"]) == 10 and float(row["mean_frequency"]) > 100, row

    # A start above the threshold is no spike; a stimulus that the run cuts short counts as long as it is on.
    base["conditions"]["v_init"] = 10
    base["inputs"]["step"] |= {"amp_start": 0.6, "delay": 150, "duration": 1000}
    row, = cell.table(cell.sweep(rall, folder, {"config": base, "parameters": {amplitude: [0.6]}}, name="start"))
    assert float(row["firing_rate"]) == 20 * int(row["Spikecount_stimint"]) > 0, row

    # Of two stimuli neither is taken in silence.
    base["inputs"]["second"] = dict(base["inputs"]["step"])
    described = {"config": base, "parameters": {amplitude: [0.6]}}
    for features, said in (({}, True), ({"stimulus": "second"}, False)):
        (folder / "two.json").write_text(json.dumps(described | {"features": features}))
        done = subprocess.run([rall, "sweep", folder / "two.json", "--output-dir", folder / f"two{said}"], capture_output=True,
                              text=True, check=True)
        assert ("second and step are all on the cell" in done.stdout + done.stderr) == said, done


def check_columns(rall, folder):
    out = cell.sweep(rall, folder, {"config": cell.config(tstop=20, delay=5, duration=10), "parameters": {"inputs.step.amp_start": [0.1]}})
    head = (out / "sweep.csv").read_text().splitlines()[0].split(",")
    for name in ("inputs.step.amp_start (nA)", "firing_rate (Hz)", "diverged_at (ms)", "AP_amplitude (mV)", "Spikecount"):
        assert name in head, head
    with h5py.File(out / "sweep.h5") as file:
        assert file["parameters/inputs.step.amp_start"].attrs["units"] == "nA"
        for name, column in file["features"].items():
            assert column.attrs["meaning"] and "units" in column.attrs, name


def main(rall):
    for check in (check_combinations, check_packing, check_variable_steps, check_divergence, check_files, check_firing_rate,
                  check_columns):
        with tempfile.TemporaryDirectory() as folder:
            check(rall, Path(folder))
        print(f"{check.__name__}: ok", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
