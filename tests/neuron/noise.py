#!/usr/bin/python3
"""Currents that Rall draws: injected as recorded, with the moments asked for, the same over threads, and by seed.

    noise.py RALL

NEURON draws other numbers, so the comparison is with what Rall says it injected: the current (or conductance) of each step, recorded,
moves the amplitude of an IClamp (the conductance of a SEClamp) in NEURON, held for the step. Voltages then agree to rounding; 1e-8 mV are allowed
(the report holds doubles, and nothing else differs). Moments are compared within four standard errors.
"""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py
import numpy
from neuron import h

CELL = {"stylized": [{"name": "soma", "L": 20, "diam": 20, "nseg": 1}], "biophysics": {"regions": {"all": {"mechanisms": {"pas": {"g": 1e-4, "e": -70}}}}}}
SHOTS = {"input_type": "current_clamp", "rise_time": 0.5, "decay_time": 4}
PROCESS = {"module": "ornstein_uhlenbeck", "tau": 3}
INPUTS = {
    "ou": PROCESS | {"input_type": "current_clamp", "mean": 0.02, "sigma": 0.03, "delay": 5, "duration": 60},
    "white": {"module": "noise", "input_type": "current_clamp", "mean": 0.01, "variance": 0.0025, "delay": 3, "duration": 50.2},
    "held": {"module": "noise", "input_type": "current_clamp", "mean": 0.01, "sd": 0.05, "dt": 0.3, "interpolation": "none", "duration": 70},
    "shots": SHOTS | {"module": "shot_noise", "rate": 300, "amp_mean": 0.02, "amp_var": 1e-4, "delay": 2, "duration": 70},
    "conductance": PROCESS | {"input_type": "conductance", "mean": 0.005, "sigma": 0.0005, "reversal": -20, "duration": 1e9},
}


def run(program, config, *options):
    """{report: array[sample, column]}."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "config.json").write_text(json.dumps(config))
        done = subprocess.run([program, "run", folder / "config.json", "--output-dir", folder / "out", "--double-reports", *options],
                              text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode:
            sys.exit(done.stdout)
        reports = {}
        for report in config["reports"]:
            with h5py.File(folder / "out" / f"{report}.h5") as file:
                reports[report] = file["report/cells/data"][:]
        return reports


def config(count, inputs, tstop, dt=0.025, every=None, seed=7):
    """`count` cells for each input, each with an electrode of its own; reports of v and of what flows."""
    variable = {name: "g" if entry["input_type"] == "conductance" else "i" for name, entry in inputs.items()}
    every = {"dt": every} if every else {}
    return {"cells": {name: CELL | {"count": count} for name in inputs}, "run": {"tstop": tstop, "dt": dt, "random_seed": seed},
            "conditions": {"v_init": -70},
            "inputs": {name: entry | {"node_set": name} for name, entry in inputs.items()},
            "reports": {f"v_{name}": {"cells": name, "variable_name": "v"} | every for name in inputs} |
                       {f"i_{name}": {"inputs": name, "variable_name": variable[name]} | every for name in inputs}}


def test_voltages_are_those_of_the_recorded_currents(rall):
    tstop, dt = 80, 0.025
    found = run(rall, config(2, INPUTS, tstop + dt, dt), "--threads", "1")
    held = []
    for name, entry in INPUTS.items():
        for k in range(2):
            section = h.Section(name=f"{name}{k}")
            section.L = section.diam = 20
            section.insert("pas")
            section.g_pas, section.e_pas = 1e-4, -70
            flow = found[f"i_{name}"][1:, k]  # what a step used is reported at its end
            assert flow.std() > 0
            if entry["input_type"] == "conductance":
                assert flow.min() > 0
                clamp = h.SEClamp(section(0.5))
                clamp.dur1, clamp.amp1, played, target = 1e9, entry["reversal"], 1 / flow, clamp._ref_rs
            else:
                clamp = h.IClamp(section(0.5))
                clamp.dur, played, target = 1e9, flow, clamp._ref_amp
            numbers, times = h.Vector(played), h.Vector(numpy.arange(len(flow)) * dt)
            numbers.play(target, times, 0)
            held.append((section, clamp, numbers, times, name, k, h.Vector().record(section(0.5)._ref_v)))
    h.dt = dt
    h.finitialize(-70)
    while h.t < tstop - dt / 2:
        h.fadvance()
    for *_, name, k, v in held:
        v = v.as_numpy()
        worst = numpy.abs(v - found[f"v_{name}"][:len(v), k]).max()
        print(f"  {name}[{k}]: {worst:.1e} mV, of {numpy.ptp(v):.1f}")
        assert worst < 1e-8 and numpy.ptp(v) > 1, (name, worst)


def test_currents_flow_when_they_should(rall):
    found = run(rall, config(1, INPUTS, 80))
    for name, entry in INPUTS.items():
        flow = found[f"i_{name}"][1:, 0]
        middle = (numpy.arange(len(flow)) + 0.5) * 0.025
        inside = (middle > entry.get("delay", 0)) & (middle < entry.get("delay", 0) + entry["duration"])
        assert (flow[~inside] == 0).all(), name
        assert name == "shots" or (flow[inside] != 0).all(), name


def test_moments_do_not_depend_on_the_step(rall):
    inputs = {
        "ou": PROCESS | {"input_type": "current_clamp", "mean": 0.02, "sigma": 0.03, "duration": 1e9},
        "white": {"module": "noise", "input_type": "current_clamp", "mean": 0.01, "variance": 0.0025, "dt": 0.5, "interpolation": "none", "duration": 1e9},
        "equal": SHOTS | {"module": "absolute_shot_noise", "mean": -0.05, "sigma": 0.02, "relative_skew": 0, "duration": 1e9},
        "skewed": SHOTS | {"module": "absolute_shot_noise", "mean": 0.05, "sigma": 0.02, "relative_skew": 0.8, "duration": 1e9},
    }
    n = 400
    # Mean, standard deviation, time constants of correlations (ms), skewness: of shots by Campbell's theorem.
    R, D = 0.5, 4
    least = 8 / 3 * (D + R)**2 / ((D + 2 * R) * (2 * D + R)) * 0.02 / 0.05
    expected = {"ou": (0.02, 0.03, 3, 0), "white": (0.01, 0.05, 0.5, 0), "equal": (-0.05, 0.02, 4, -least), "skewed": (0.05, 0.02, 4, 1.8 * least)}
    for dt in (0.025, 0.2):
        found = run(rall, config(n, inputs, 300, dt, every=1))
        for name, (mean, sd, tau, skew) in expected.items():
            i = found[f"i_{name}"][50:]
            independent = n * len(i) / (1 + 2 * tau)
            error = 4 / independent**0.5
            rest = i - i.mean()
            third = (rest**3).mean() / i.std()**3
            print(f"  {name}, dt {dt}: mean {i.mean():.5f}, sd {i.std():.5f}, skewness {third:.3f} (allowed {error * sd:.5f}, {error * sd:.5f})")
            assert abs(i.mean() - mean) < error * sd, (name, i.mean(), mean)
            assert abs(i.std() - sd) < error * sd * (1 + abs(skew)), (name, i.std(), sd)
            assert abs(third - skew) < 15 * error * (1 + abs(skew)), (name, third, skew)
        i = found["i_ou"][50:]
        rest = i - 0.02
        lag = (rest[1:] * rest[:-1]).mean() / (rest**2).mean()
        assert abs(lag - numpy.exp(-1 / 3)) < 0.02, lag
        assert abs((rest[:, 1:] * rest[:, :-1]).mean()) < 0.03**2 * 0.05, "cells are not independent"


def test_numbers_depend_on_seeds_only(rall):
    inputs = {name: entry for name, entry in INPUTS.items() if name != "conductance"}
    one, two = (run(rall, config(6, inputs, 40), "--threads", str(n)) for n in (1, 2))
    other = run(rall, config(6, inputs, 40, seed=8))
    stated = run(rall, config(2, {name: entry | {"random_seed": [3, 3]} for name, entry in inputs.items()}, 40))
    apart = run(rall, config(2, {name: entry | {"random_seed": [3, 4]} for name, entry in inputs.items()}, 40))
    for name in one:
        assert (one[name] == two[name]).all(), name
        assert (one[name] != other[name]).any(), name
        assert (one[name][:, 0] != one[name][:, 1]).any(), name
        assert (stated[name][:, 0] == stated[name][:, 1]).all(), name
        assert (apart[name][:, 0] != apart[name][:, 1]).any(), name
        assert (apart[name][:, 0] == stated[name][:, 0]).all(), name


if __name__ == "__main__":
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            print(name)
            test(sys.argv[1])
