#!/usr/bin/python3
"""Runs a config in Rall and in NEURON and compares every report and every spike.

    compare.py RALL CASE.json BUILTIN_DIR BUILD_DIR

Voltages must agree within 1e-6 mV where no cell spikes and 1e-3 mV where one does; other variables within 1e-8 and 1e-4 of their
largest value; spikes must fall into the same step. Prints the largest differences; exits 1 when one is too large.
"""
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py
import numpy
import reference


def rall(program, config, folder):
    """Reports {name: data[sample, column]} and spikes [(gid, ms)] of `rall run`."""
    command = [program, "run", config, "--output-dir", folder, "--double-reports"]
    done = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        sys.exit(f"rall run {config} ended with {done.returncode}:\n{done.stdout}")
    reports = {}
    for path in Path(folder).glob("*.h5"):
        with h5py.File(path) as file:
            if "report" in file:
                (population,) = file["report"].values()
                reports[path.stem] = population["data"][:]
    with h5py.File(Path(folder) / "spikes.h5") as file:
        return reports, [spike for population in file["spikes"].values()
                         for spike in zip(population["node_ids"][:].tolist(), population["timestamps"][:].tolist(), strict=True)]


def main(program, config, builtin_dir, build_dir):
    with tempfile.TemporaryDirectory() as folder:
        reports, spikes = rall(program, config, folder)
    expected = reference.run(config, builtin_dir, build_dir)
    settings = reference.read_json(config)
    failures = []

    for name, report in expected.reports.items():
        if name not in reports or reports[name].shape != report.data.shape:
            failures.append(f"{name}: {reports[name].shape if name in reports else 'missing'}, expected {report.data.shape}")
            continue
        difference = numpy.abs(reports[name] - report.data)
        voltage = settings["reports"][name]["variable_name"] == "v"
        limit = (1e-3 if expected.spikes else 1e-6) if voltage else (1e-4 if expected.spikes else 1e-8) * numpy.abs(report.data).max()
        for i, (cell, place) in enumerate(report.columns):
            worst = difference[:, i].argmax()
            line = f"{name} {cell} {place}: {difference[worst, i]:.2e} at {report.times[worst]:.3f} ms (allowed {limit:.1e})"
            print(line)
            if not difference[worst, i] <= limit:  # a NaN fails as well
                failures.append(line)

    dt = settings["run"].get("dt", 0.025)
    ours = sorted((round(time / dt), gid) for gid, time in spikes)
    neurons = sorted((round(time / dt), gid) for gid, time in expected.spikes)
    print(f"spikes: {len(ours)}, in NEURON {len(neurons)}")
    if ours != neurons:
        failures.append(f"spikes (step, gid) only in Rall: {sorted(set(ours) - set(neurons))[:5]}; "
                        f"only in NEURON: {sorted(set(neurons) - set(ours))[:5]}")
    if failures:
        sys.exit("\n".join(["differs from NEURON:", *failures]))


if __name__ == "__main__":
    main(*sys.argv[1:])
