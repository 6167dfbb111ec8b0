#!/usr/bin/python3
"""Integrate-and-fire cells: their spikes are those of closed forms, and of NEURON with a POINT_PROCESS of the same equations.

    iaf.py RALL BUILTIN_DIR BUILD_DIR

NEURON takes no steps in an ARTIFICIAL_CELL and has no RANDOM: it gets the built-in file as a POINT_PROCESS, without the Poisson drive. What the drive
sends is compared with the Poisson distribution.
"""
import json
import random
import re
import subprocess
import sys
import tempfile
from math import ceil, exp, log, sqrt
from pathlib import Path

import h5py
from neuron import h
from nrnmod import load

h.load_file("stdrun.hoc")
KINDS = ("iaf_psc_exp", "iaf_psc_alpha")


def spikes(rall, folder, generators, connections=(), tstop=200, dt=0.125):
    """{generator: [times of each cell]} of those recorded; gids count through the generators, cells that there are none of first."""
    config = {"cells": {}, "generators": generators, "connections": list(connections), "run": {"tstop": tstop, "dt": dt, "random_seed": 3}}
    (folder / "config.json").write_text(json.dumps(config))
    done = subprocess.run([rall, "run", folder / "config.json", "--output-dir", folder / "out", "--quiet", "--no-html"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with h5py.File(folder / "out/spikes.h5") as file:
        population = file["spikes/generators"]
        times, ids = population["timestamps"][:], population["node_ids"][:]
    result, first = {}, 0
    for name, entry in generators.items():
        n = entry.get("count", 1)
        result[name] = [[float(t) for t in times[ids == first + k]] for k in range(n)]
        first += n
    return result


def constant_current(rall, folder):
    currents = [0.3751, 0.38, 0.5, 1.0, 3.0]  # nA; rheobase is C_m (V_th - E_L)/tau_m = 0.375
    for kind in KINDS:
        found = spikes(rall, folder, {"cell": {"mechanism": kind, "count": len(currents), "parameters": {"I_e": currents}, "record": True}}, tstop=400, dt=0.1)
        for current, times in zip(currents, found["cell"]):
            rise = current * 10 / 0.25
            steps = ceil(10 * log(rise / (rise - 15)) / 0.1)
            expected = [0.1 * steps]
            while expected[-1] + 0.1 * (20 + steps) < 400 - 0.05:
                expected.append(expected[-1] + 0.1 * (20 + steps))
            assert len(times) == len(expected) and all(abs(a - b) < 1e-9 for a, b in zip(times, expected)), (kind, current, times[:3], expected[:3])
    print(f"constant currents: spikes of the closed form, {len(expected)} at most")


def peak(kind, tau, tau_m=10.0, c=0.25):
    """What one event of weight 1 does to V at most, mV: the response's formula on a fine grid."""
    best, d = 0, 1 / tau_m - 1 / tau
    for k in range(1, 100_000):
        s = k * 0.001
        if kind == "iaf_psc_exp":
            v = (exp(-s / tau) - exp(-s / tau_m)) / d / c if abs(d) > 1e-9 else s * exp(-s / tau_m) / c
        elif abs(d) > 1e-9:
            v = exp(1) / tau * (s * exp(-s / tau) / d - (exp(-s / tau) - exp(-s / tau_m)) / d ** 2) / c
        else:
            v = exp(1) / tau * s * s / 2 * exp(-s / tau_m) / c
        best = max(best, v)
    return best


def single_events(rall, folder):
    taus = [0.5, 2, 9.9, 10, 10.1, 30]
    for kind in KINDS:
        weights, of = [], []
        for tau in taus:
            for factor in (0.999, 1.001):
                of.append(tau)
                weights.append(factor * 15 / peak(kind, tau))
        n = len(of)
        cells = {"cell": {"mechanism": kind, "count": n, "parameters": {"tau_syn_ex": of}, "record": True}, "stim": {"times": [1]}}
        found = spikes(rall, folder, cells, [{"source": "stim", "target": "cell", "weight": weights, "delay": 1}], tstop=120, dt=0.01)
        assert [len(times) for times in found["cell"]] == [0, 1] * len(taus), (kind, found)
    print("single events: 0.999 of what takes V to threshold does not, 1.001 does")


def neuron_spikes(mechanism, cells, trains, tstop, dt):
    section = h.Section(name="somewhere")
    kept, recorded = [section], []
    points = []
    for parameters in cells:
        point = getattr(h, mechanism)(section(0.5))
        for key, value in parameters.items():
            setattr(point, key, value)
        points.append(point)
        recorded.append(h.Vector())
        kept.append(h.NetCon(point, None))
        kept[-1].record(recorded[-1])
    for target, times, weight, delay in trains:
        connection = h.NetCon(None, points[target])
        connection.weight[0], connection.delay = weight, delay
        kept.append(connection)
    def start():
        for connection, (_, times, _, delay) in zip(kept[1 + len(cells):], trains):
            for time in times:
                connection.event(time + delay)
    handler = h.FInitializeHandler(start)
    h.dt, h.tstop, h.steps_per_ms = dt, tstop, 1 / dt
    h.finitialize(-65)
    h.continuerun(tstop)
    del handler
    return [list(times) for times in recorded]


def against_neuron(rall, folder, builtin, build):
    random.seed(2)
    sources = []
    for kind in KINDS:
        text = (builtin / f"{kind}.mod").read_text()
        text = re.sub(r"\n    RANDOM r\n", "\n", text)
        text = re.sub(r"(AFTER SOLVE|BEFORE STEP) \{.*?\n\}\n", "", text, flags=re.S).replace("ARTIFICIAL_CELL", "POINT_PROCESS", 1)
        sources.append(folder / f"{kind}.mod")
        sources[-1].write_text(text)
    names = load(sources, build)
    tstop, dt, n = 500, 0.125, 8
    for kind in KINDS:
        cells = [{"I_e": random.uniform(0.2, 0.4), "tau_m": random.uniform(5, 20), "tau_syn_ex": random.uniform(0.3, 6), "tau_syn_in": random.uniform(0.3, 6),
                  "t_ref": random.choice([0, 1, 2.3]), "V_reset": random.uniform(-75, -60)} for _ in range(n)]
        trains = []
        for target in range(n):
            for weight in (random.uniform(0.05, 0.4), -random.uniform(0.05, 0.3)):
                times = sorted({dt * random.randrange(int(tstop / dt)) for _ in range(200)})
                trains.append((target, times, weight, dt * random.randrange(1, 40)))
        theirs = neuron_spikes(names[kind], cells, trains, tstop, dt)
        generators = {"cell": {"mechanism": kind, "count": n, "parameters": {key: [cell[key] for cell in cells] for key in cells[0]}, "record": True}}
        connections = []
        for k, (target, times, weight, delay) in enumerate(trains):
            generators[f"train{k}"] = {"times": times}
            connections.append({"source": f"train{k}", "target": f"cell[{target}]", "weight": weight, "delay": delay})
        ours = spikes(rall, folder, generators, connections, tstop, dt)["cell"]
        for a, b in zip(ours, theirs):
            assert len(a) == len(b) and all(abs(x - y) < 1e-6 for x, y in zip(a, b)), (kind, a[:5], b[:5], len(a), len(b))
        total = sum(map(len, theirs))
        assert total > 200, total
        print(f"{kind}: all {total} spikes of NEURON")


def poisson_drive(rall, folder):
    """Where every arrival makes a spike at once, a step has one with probability 1 - exp(-rate dt)."""
    rates = [10, 500, 5000]
    cells = {"cell": {"mechanism": "iaf_psc_exp", "count": 60, "record": True, "parameters": {
        "rate": [rates[k % 3] for k in range(60)], "w_rate": 1e8, "t_ref": 0, "tau_m": 0.01, "tau_syn_ex": 0.001, "V_th": -69}}}
    found = spikes(rall, folder, cells, tstop=1000, dt=0.1)["cell"]
    for k, rate in enumerate(rates):
        steps, p = 20 * 10_000, 1 - exp(-rate * 1e-4)
        number = sum(len(times) for times in found[k::3])
        assert abs(number - steps * p) < 5 * sqrt(steps * p * (1 - p)) + 20, (rate, number, steps * p)
    assert found[0] != found[3]
    print("the Poisson drive has its rate, and each cell its own")


def main(rall, builtin, build):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        constant_current(rall, folder)
        single_events(rall, folder)
        against_neuron(rall, folder, Path(builtin), Path(build))
        poisson_drive(rall, folder)


main(*sys.argv[1:])
