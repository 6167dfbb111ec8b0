#!/usr/bin/python3
"""Every module of inputs, each into a cell of its own, in one circuit: what flows is what a closed form says, or, where it is drawn, has the moments that are asked for;
what it does to the cell is what the same current does in NEURON; and whether it passes the membrane is what represents_physical_electrode says.

    inputs.py RALL BUILD_DIR
"""
import math
import sys
import tempfile
from pathlib import Path

import numpy

import blue_brain
from blue_brain import DT, rall
from blue_brain_cells import Circuit, Neuron

TSTOP, BEGIN, LENGTH = 400, 20, 360
THRESHOLD, HOLDING, RESISTANCE = 0.2, -0.03, 150  # nA, nA, Mohm
CURRENT, CONDUCTANCE = {"input_type": "current_clamp"}, {"input_type": "conductance"}


def when(f):
    """While it is on; t is the middle of a step."""
    return lambda t: numpy.where((t >= BEGIN) & (t < BEGIN + LENGTH), f(t - BEGIN), 0)


# module, its keys, and the current in nA (or how it is distributed: mean, standard deviation, correlation time in ms)
EXACT = [
    ("linear", {"amp_start": 0.1, "amp_end": 0.3}, when(lambda t: 0.1 + 0.2 * t / LENGTH)),
    ("linear", {"amp_start": 0.1, "represents_physical_electrode": True}, when(lambda t: 0.1 + 0 * t)),
    ("relative_linear", {"percent_start": 50, "percent_end": 120}, when(lambda t: THRESHOLD * (0.5 + 0.7 * t / LENGTH))),
    ("pulse", {"amp_start": 0.4, "width": 5, "frequency": 20}, when(lambda t: numpy.where(t % 50 < 5, 0.4, 0))),
    ("sinusoidal", {"amp_start": 0.2, "frequency": 15}, when(lambda t: 0.2 * numpy.sin(2 * math.pi * 0.015 * t))),
    ("subthreshold", {"percent_less": 30}, when(lambda t: 0.7 * THRESHOLD + 0 * t)),
    ("hyperpolarizing", {}, when(lambda t: HOLDING + 0 * t))]
DRAWN = [
    ("noise", CURRENT, {"mean": 0.1, "variance": 0.0025, "dt": 1.0, "interpolation": "none", "random_seed": 3}, (0.1, 0.05, 0.5)),
    ("noise", CURRENT, {"mean_percent": 50, "sd_percent": 10, "dt": 1.0, "interpolation": "none", "random_seed": 4}, (0.1, 0.02, 0.5)),
    ("ornstein_uhlenbeck", CURRENT, {"tau": 1.5, "mean": 0.1, "sigma": 0.05}, (0.1, 0.05, 1.5)),
    ("relative_ornstein_uhlenbeck", CURRENT, {"tau": 1.5, "mean_percent": 60, "sd_percent": 20}, (0.12, 0.04, 1.5)),
    ("shot_noise", CURRENT, {"rise_time": 0.4, "decay_time": 2.0, "rate": 2000, "amp_mean": 0.02, "amp_var": 1e-4}, None),
    ("absolute_shot_noise", CURRENT, {"rise_time": 0.4, "decay_time": 2.0, "mean": 0.1, "sigma": 0.04, "relative_skew": 0.3}, (0.1, 0.04, 2.4)),
    ("relative_shot_noise", CURRENT, {"rise_time": 0.4, "decay_time": 2.0, "mean_percent": 60, "sd_percent": 15}, (0.12, 0.03, 2.4)),
    ("ornstein_uhlenbeck", CONDUCTANCE, {"tau": 1.5, "mean": 0.004, "sigma": 0.001, "reversal": -20}, (0.004, 0.001, 1.5)),
    ("ornstein_uhlenbeck", CONDUCTANCE, {"tau": 1.5, "mean": 0.004, "sigma": 0.001, "reversal": -20, "represents_physical_electrode": True}, (0.004, 0.001, 1.5)),
    ("relative_ornstein_uhlenbeck", CONDUCTANCE, {"tau": 1.5, "mean_percent": 60, "sd_percent": 15, "reversal": 0}, (0.6 / RESISTANCE, 0.15 / RESISTANCE, 1.5))]


def shot_moments(rise_time, decay_time, rate, amp_mean, amp_var, **_):
    """Campbell's theorem."""
    rise, decay = rise_time, decay_time
    peak = decay * rise / (decay - rise) * math.log(decay / rise)
    high = math.exp(-peak / decay) - math.exp(-peak / rise)
    area, square = (decay - rise) / high, (decay - rise) ** 2 / (2 * (decay + rise) * high ** 2)
    return rate / 1000 * amp_mean * area, math.sqrt(rate / 1000 * (amp_mean ** 2 + amp_var) * square), rise + decay


def circuit_of(folder):
    count = len(EXACT) + len(DRAWN) + 1
    circuit = Circuit(folder, count, dynamics_params={"threshold_current": [THRESHOLD] * count, "holding_current": [HOLDING] * count, "input_resistance": [float(RESISTANCE)] * count})
    circuit.simulation["run"]["tstop"] = TSTOP
    inputs, reports = circuit.simulation["inputs"], circuit.simulation["reports"]
    window = {"delay": BEGIN, "duration": LENGTH}
    for k, (module, keys, _) in enumerate(EXACT):
        inputs[f"in{k}"] = {"module": module, **CURRENT, "node_set": f"C[{k}]", **window, **keys}
    for k, (module, kind, keys, _) in enumerate(DRAWN, len(EXACT)):
        inputs[f"in{k}"] = {"module": module, **kind, "node_set": f"C[{k}]", **window, **keys}
        if kind is CONDUCTANCE:
            reports[f"g{k}"] = {"inputs": f"in{k}", "variable_name": "g"}
    inputs["clamp"] = {"module": "seclamp", "input_type": "voltage_clamp", "node_set": f"C[{count - 1}]", "voltage": -30, "duration": 50, "series_resistance": 5}
    for name in inputs:
        reports[f"i_{name}"] = {"inputs": name, "variable_name": "i"}
    reports["im"] = {"cells": "C", "variable_name": "i_membrane", "sections": "all", "dt": DT}
    return circuit


def main(program, build):
    from nrnmod import load

    load(sorted(blue_brain.MODS.glob("*.mod")), build)
    with tempfile.TemporaryDirectory() as name:
        circuit = circuit_of(Path(name))
        result = rall(program, circuit.write())
        neuron = Neuron(circuit)
    h = neuron.h
    h.cvode.use_fast_imem(1)
    of = lambda key: result[key]["C"][0]
    steps = round(TSTOP / DT)
    middle = (numpy.arange(steps) + 0.5) * DT
    for k in range(len(EXACT) + len(DRAWN)):
        i, g = of(f"i_in{k}")[1:, 0], None
        module, keys = (EXACT[k][0], EXACT[k][1]) if k < len(EXACT) else (DRAWN[k - len(EXACT)][0], DRAWN[k - len(EXACT)][2])
        on = (middle[:len(i)] >= BEGIN) & (middle[:len(i)] < BEGIN + LENGTH)
        if k < len(EXACT):
            i = numpy.append(i, 0)[:steps]
            expected = EXACT[k][2](middle)
            assert abs(i[:-1] - expected[:-1]).max() < 1e-12 and numpy.ptp(expected) > 0.01, f"{module} {keys}: {abs(i - expected).max()}"
            i = expected
        else:
            moments = DRAWN[k - len(EXACT)][3] or shot_moments(**keys)
            values = (of(f"g{k}")[1:, 0] if f"g{k}" in result else i)[on]
            mean, sd, correlation = moments
            error = sd * math.sqrt(2 * correlation / LENGTH)  # of the mean
            print(f"{module} {keys}: mean {values.mean():.4g}, {mean:.4g} asked for, standard deviation {values.std():.4g}, {sd:.4g} asked for")
            assert abs(values.mean() - mean) < 4 * error and abs(values.std() / sd - 1) < 0.25, module
            assert not i[~on].any()
            if f"g{k}" in result:
                g = of(f"g{k}")[1:, 0]
        place = neuron.cells[k].soma[0](0.5)
        if g is None:
            electrode, played, what = h.IClamp(place), h.Vector(numpy.append(i, 0)), "_ref_amp"
            electrode.dur = 1e9
        else:
            electrode, played, what = h.SEClamp(place), h.Vector(numpy.append([1 / x if x > 1e-9 else 1e15 for x in g], 1e15)), "_ref_rs"
            electrode.dur1, electrode.amp1 = 1e9, keys["reversal"]
        played.play(getattr(electrode, what), DT)
        neuron.kept += [electrode, played]
    clamp = h.SEClamp(neuron.cells[-1].soma[0](0.5))
    clamp.rs, clamp.amp1, clamp.dur1 = 5, -30, 50
    for cell in range(circuit.count):
        neuron.record["im", cell] = (None, [segment._ref_i_membrane_ for segment in neuron.segments(cell)])
    neuron.record["clamp"] = (None, [clamp._ref_i])
    traces = neuron.run()
    mine, membrane = numpy.split(of("v"), circuit.count, axis=1), numpy.split(of("im"), circuit.count, axis=1)
    for k in range(circuit.count):
        what = EXACT[k][0] if k < len(EXACT) else "seclamp" if k == circuit.count - 1 else DRAWN[k - len(EXACT)][0]
        n = len(mine[k])
        apart = abs(mine[k] - traces[k][:n]).max()
        expected = numpy.array([list(vector) for vector in neuron.record["im", k][0]]).T[:n]
        keys = EXACT[k][1] if k < len(EXACT) else DRAWN[k - len(EXACT)][2] if k < circuit.count - 1 else {"represents_physical_electrode": True}
        total = membrane[k].sum(1)[1:]
        if not keys.get("represents_physical_electrode"):
            expected[1:, 0] -= expected[1:].sum(1)  # in NEURON it is an electrode's
            assert abs(total).max() < 1e-8, f"{what}: {abs(total).max()} nA leave the cell"
        else:
            assert abs(total).max() > 1e-3, f"{what}: it is no electrode"
            # What leaves a cell is what its electrode lets in. i_membrane_ of NEURON 8.2 has a conductance's slope with the wrong sign there.
            after = mine[k][1:, 0]
            if f"g{k}" in result:
                expected[1:, 0] += of(f"g{k}")[1:, 0] * (keys["reversal"] - after) - expected[1:].sum(1)
            elif what == "seclamp":
                expected[1:, 0] += numpy.where(middle[:n - 1] < 50, (-30 - after) / 5, 0) - expected[1:].sum(1)
        current = abs(membrane[k][1:] - expected[1:]).max()
        print(f"{what}: at most {apart:.2g} mV and {current:.2g} nA apart")
        assert apart < 1e-5 and current < 1e-6 and numpy.ptp(traces[k]) > 1, what
    difference = abs(of("i_clamp")[1:, 0] - numpy.array(neuron.record["clamp"][0][0])[1:len(of("i_clamp"))]).max()
    assert difference < 1e-7, difference


if __name__ == "__main__":
    main(*sys.argv[1:])
