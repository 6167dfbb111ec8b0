#!/usr/bin/python3
"""The currents of `rall channel` are those of the same clamp built in NEURON: against_neuron.py RALL"""
import csv
import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy
from neuron import h

h.load_file("stdrun.hoc")
h.usetable_hh = 0
DT = 0.025
RS = {"ideal": 1e-9, "with series resistance": 3.0}


def patch(capacitance=10.0):
    section = h.Section(name="patch")
    section.L = section.diam = math.sqrt(100 * capacitance / math.pi)
    section.insert("hh")
    return section


def currents(command, v_init, tstop, rs):
    """ina (mA/cm2) at every step, of the potential and states of that step: what NEURON records a step later. `command(section, clamp)`
    sets the clamp up and returns what must be kept."""
    section = patch()
    clamp = h.SEClamp(section(0.5))
    clamp.rs = rs
    kept = command(clamp)
    ina = h.Vector().record(section(0.5)._ref_ina)
    h.celsius, h.dt, h.steps_per_ms = 6.3, DT, 1 / DT
    h.finitialize(v_init)
    for _ in range(round(tstop / DT) + 1):
        h.fadvance()
    assert kept is not None
    return numpy.array(ina)[1:]


def steps(*levels):
    def command(clamp):
        for k, (duration, level) in enumerate(levels, 1):
            setattr(clamp, f"dur{k}", duration)
            setattr(clamp, f"amp{k}", level)
        clamp.dur3 += 10  # the last step of all is a step more
        return levels
    return command


def played(t, v):
    def command(clamp):
        clamp.dur1 = 1e9
        times, values = h.Vector(t), h.Vector(v)
        values.play(clamp._ref_amp1, times, True)
        return times, values
    return command


def channel(rall, folder, *arguments):
    """{column: values} of each protocol's currents."""
    out = folder / "out"
    subprocess.run([rall, "channel", "hh", "--current", "ina", "--quiet", "--output-dir", out, *map(str, arguments)], check=True)
    tables = {}
    for name in [argument for argument, option in zip(arguments[1:], arguments) if option == "--protocol"]:
        rows = list(csv.reader((out / f"{Path(name).stem}.csv").open()))
        columns = zip(*rows[1:], strict=True)
        tables[Path(name).stem] = {title.removesuffix(" (mA/cm2)"): numpy.array([float(x) for x in column if x]) for title, column in zip(rows[0], columns, strict=True)}
    return tables


def same(what, ours, neurons):
    neurons = neurons[:len(ours)]
    worst = numpy.abs(ours - neurons).max() / numpy.abs(neurons).max()
    print(f"{what}: relative difference {worst:.1e} of {numpy.abs(neurons).max():.4g} mA/cm2")
    assert len(ours) == len(neurons) and worst < 1e-6, what


def main(rall):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        t = numpy.array([0, 1.013, 2.5, 2.9, 3.3, 4.71, 9])
        v = numpy.array([-70, -65.2, -40, 35.5, 10, -80, -70])
        (folder / "spike.csv").write_text("t,v\n" + "\n".join(f"{a},{b}" for a, b in zip(t, v)))
        protocol = folder / "recorded.json"
        protocol.write_text(json.dumps({"segments": [{"name": "spike", "waveform": {"file": "spike.csv"}}],
                                        "curves": [{"name": "peak", "measure": "peak", "segment": "spike"}]}))
        for what, rs in RS.items():
            tables = channel(rall, folder, "--rs", rs, "--protocol", "activation", "--protocol", "inactivation",
                             "--protocol", "ramp", "--protocol", protocol, "--with", "conditioning=100")
            for level in (-60, -20, 0, 45):
                same(f"activation to {level} mV, {what}", tables["activation"][f"hh: V = {level}"],
                     currents(steps((5, -120), (30, level), (5, -120)), -120, 40, rs))
            for level in (-90, -65):
                same(f"inactivation at {level} mV, {what}", tables["inactivation"][f"hh: V = {level}"],
                     currents(steps((5, -120), (100, level), (20, 0)), -120, 125, rs))
            same(f"recorded waveform, {what}", tables["recorded"]["hh"], currents(played(t, v), -70, 9, rs))
            global DT
            DT = 0.05
            same(f"ramp, {what}", tables["ramp"]["hh"], currents(played([0, 20, 20, 820], [-120, -120, -100, 60]), -120, 820, rs))
            DT = 0.025


if __name__ == "__main__":
    main(sys.argv[1])
