#!/usr/bin/python3
"""Runs a config in Rall and in NEURON and compares every report and every spike.

    compare.py [--six-digits] RALL CASE.json BUILTIN_DIR BUILD_DIR

With --six-digits Rall gets copies of the mechanisms in which PARAMETERs' defaults have the six digits that NEURON's translator keeps of them.
Voltages must agree within 1e-6 mV where no cell spikes and 1e-3 mV where one does; other variables within 1e-8 and 1e-4 of their
largest value; spikes must fall into the same step. Prints the largest differences; exits 1 when one is too large.
"""
import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py
import numpy
import reference
from nrnmod import BUILT_INTO_NEURON, mod_text, six_digits


def rall(program, config, folder, *options):
    """Reports {name: data[sample, column]} and spikes [(gid, ms)] of `rall run`."""
    command = [program, "run", config, "--output-dir", folder, "--double-reports", *options]
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


def with_six_digits(config, builtin_dir, folder):
    """A copy of the config in `folder` that uses copies of the mechanisms; other files stay where they are."""
    home = Path(config).resolve().parent

    def changed(value, key=None):
        if isinstance(value, dict):
            return {name: changed(inner, name) for name, inner in value.items()}
        if isinstance(value, list):
            return [changed(inner, key) for inner in value]
        if key == "mechanism_dirs":
            return copied(home / value)
        if isinstance(value, str) and (home / value).is_file():
            if key == "biophysics" and "mechanism_dirs" in reference.read_json(home / value):
                raise NotImplementedError(f"{value} names mechanisms of its own: name them in the config")
            return str(home / value)
        return value

    def copied(mods, left_out=()):
        """The copy of a folder of .mod files; what they include lies beside them."""
        target = Path(tempfile.mkdtemp(dir=folder))
        for path in mods.iterdir():
            if path.suffix == ".mod" and path.stem not in left_out:
                (target / path.name).write_bytes(six_digits(mod_text(path)).encode("utf-8", errors="surrogateescape"))
            elif path.is_file() and path.suffix != ".mod":
                (target / path.name).symlink_to(path.resolve())
        return str(target)

    settings = changed(reference.read_json(config))
    own = {path.stem for mods in settings.get("mechanism_dirs", []) for path in Path(mods).glob("*.mod")}
    settings["mechanism_dirs"] = [*settings.get("mechanism_dirs", []), copied(Path(builtin_dir), BUILT_INTO_NEURON | own)]
    copy = Path(folder) / Path(config).name
    copy.write_text(json.dumps(settings))
    return copy


def main(program, config, builtin_dir, build_dir, six):
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as copies:
        reports, spikes = rall(program, with_six_digits(config, builtin_dir, copies) if six else config, folder)
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
    parser = argparse.ArgumentParser()
    parser.add_argument("--six-digits", action="store_true", dest="six")
    for name in "program", "config", "builtin_dir", "build_dir":
        parser.add_argument(name)
    main(**vars(parser.parse_args()))
