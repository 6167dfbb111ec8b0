#!/usr/bin/python3
"""NeuroML cells in Rall against the same cells in NEURON, whose sections, mechanisms (mods/) and densities are written here by hand.

    compare.py RALL BUILD_DIR

Voltages agree within 2e-5 mV, 1e-3 mV where a cell spikes; concentrations within 1e-6 of their largest value.
"""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py
import numpy
from neuron import h

here = Path(__file__).resolve().parent
sys.path.insert(0, str(here.parent / "neuron"))
from nrnmod import load  # noqa: E402

h.load_file("stdrun.hoc")


def section(name, points, parent=None, x=1, nseg=1, Ra=100, cm=1):
    made = h.Section(name=name)
    for point in points:
        h.pt3dadd(*point, sec=made)
    made.nseg, made.Ra, made.cm = nseg, Ra, cm
    if parent:
        made.connect(parent(x), 0)
    return made


def passive(sections, g, e):
    for sec in sections:
        sec.insert("pas")
        for seg in sec:
            seg.pas.g, seg.pas.e = g, e


def squid():
    soma = section("soma", [(0, 0, 0, 20), (20, 0, 0, 20)])
    axon = section("axon", [(10, 10, 0, 1), (10, 210, 0, 1)], soma, 0.5, nseg=5)
    trunk = section("trunk", [(20, 0, 0, 4), (120, 0, 0, 3), (220, 0, 0, 2)], soma, 1, nseg=5, cm=2)
    tip = section("tip", [(220, 0, 0, 2), (220, 90, 0, 1)], trunk, 1, nseg=5, cm=2)
    twig = section("twig", [(145, 0, 0, 1.5), (145, -80, 0, 1)], trunk, 0.625, nseg=5, cm=2)
    cell = [soma, axon, trunk, tip, twig]
    passive(cell, 0.0003, -54.3)
    for sec in (soma, axon):
        sec.insert("ref_squid")
    return cell, soma(0.5), {"v": [soma(0.5)._ref_v, axon(0.9)._ref_v, twig(0.9)._ref_v]}


def gates():
    soma = section("soma", [(0, -10, 0, 20), (0, 10, 0, 20)], Ra=150, cm=0.9)
    passive([soma], 0.00015, (0.1 * -60 + 0.05 * -50) / 0.15)
    soma.insert("ref_gates")
    soma.insert("ref_scheme")
    return [soma], soma(0.5), {"v": [soma(0.5)._ref_v]}


def calcium():
    soma = section("soma", [(0, 0, 0, 15), (15, 0, 0, 15)])
    near = section("near", [(15, 0, 0, 2), (65, 0, 0, 2)], soma, 1, nseg=3)
    far = section("far", [(65, 0, 0, 2), (115, 0, 0, 2)], near, 1, nseg=3)
    passive([soma, near, far], 0.0001, -65)
    for sec, drive, strength, first, outside in ((soma, 0, 0.0005, 1e-4, 2), (near, 1, 1e-5, 3e-4, 2), (far, 2, 0.0006, 1e-4, 1.5)):
        pool = "ref_pump" if drive == 2 else "ref_pools"
        for name in ("ref_cal", "ref_kca", pool):
            sec.insert(name)
        for seg in sec:
            seg.ref_cal.drive, seg.ref_cal.strength = drive, strength
            getattr(seg, pool).first = first
            if pool == "ref_pools":
                seg.ref_pools.kind = drive
            seg.cai, seg.cao = first, outside
        h.ion_style("ca_ion", 3, 2, 1, 0, 0, sec=sec)
        for seg in sec:
            seg.cao = outside
    sites = [soma(0.5), near(0.5), far(0.9)]
    return [soma, near, far], soma(0.5), {"v": [s._ref_v for s in sites], "cai": [s._ref_cai for s in sites]}


def gradient():
    soma = section("soma", [(0, 0, 0, 10), (10, 0, 0, 10)], Ra=120)
    trunk = section("trunk", [(10, 0, 0, 2), (110, 0, 0, 2)], soma, 1, nseg=5, Ra=120)
    tip = section("tip", [(110, 0, 0, 2), (310, 0, 0, 1)], trunk, 1, nseg=5, Ra=120)
    side = section("side", [(110, 0, 0, 2), (110, 100, 0, 1)], trunk, 1, nseg=5, Ra=120)
    passive([soma], 0.0001, -70)
    h.distance(0, soma(0))
    for sec in (trunk, tip, side):
        passive([sec], 0, -60)
        sec.insert("ref_squid")
        for seg in sec:
            path = h.distance(seg)
            seg.pas.g = 2 * numpy.exp(-path / 200) * 1e-4
            relative = (path - 10) / 300
            seg.ref_squid.gna, seg.ref_squid.gk = 0, (20 * relative**2 if relative > 0.25 else 0) * 1e-4
    return [soma, trunk, tip, side], soma(0.5), {"v": [soma(0.5)._ref_v, tip(0.9)._ref_v, side(0.9)._ref_v]}


def parts():
    soma = section("soma", [(0, 0, 0, 20), (20, 0, 0, 20)])
    trunk = []
    for k, (near, far, Ra) in enumerate(((3, 2.5, 100), (2.5, 2, 200), (2, 2, 100))):
        trunk.append(section(f"trunk{k}", [(20 + 50 * k, 0, 0, near), (70 + 50 * k, 0, 0, far)], ([soma] + trunk)[-1], 1, nseg=3, Ra=Ra))
    twig = section("twig", [(95, 0, 0, 1.5), (95, 60, 0, 1)], trunk[1], 0.5, Ra=200)
    tip = section("tip", [(170, 0, 0, 2), (220, 0, 0, 1)], trunk[2], 1)
    end = section("end", [(220, 0, 0, 1), (260, 0, 0, 1)], tip, 1, cm=2)
    cell = [soma, *trunk, twig, tip, end]
    passive(cell, 0.0003, -65)
    counted = 200 * 10e-12 / (1e-8 * twig(0.5).area())  # S/cm2
    passive([twig], 0.0003 + counted, (0.0003 * -65 + counted * -40) / (0.0003 + counted))
    counted = 5000 * 10e-12 / (1e-8 * sum(seg.area() for seg in trunk[2]))
    for sec, gna, gk in ((soma, 0.12, 0.036), (trunk[1], 0.04, 0), (twig, 0.04, 0), (trunk[2], 0, counted)):
        sec.insert("ref_squid")
        for seg in sec:
            seg.ref_squid.gna, seg.ref_squid.gk = gna, gk
    return cell, soma(0.5), {"v": [soma(0.5)._ref_v, trunk[1](0.5)._ref_v, trunk[2](0.9)._ref_v, twig(0.5)._ref_v, end(0.5)._ref_v]}


def pools():
    soma = section("soma", [(0, 0, 0, 15), (15, 0, 0, 15)])
    far = section("far", [(15, 0, 0, 2), (115, 0, 0, 2)], soma, 1, nseg=5)
    passive([soma, far], 0.0001, -65)
    h.distance(0, soma(0))
    for sec in (soma, far):
        sec.insert("ref_two")
        sec.insert("ref_two_pools")
        for ion in ("ca_ion", "ca2_ion"):
            h.ion_style(ion, 3, 2, 1, 0, 0, sec=sec)
        for seg in sec:
            seg.cao, seg.ca2o, seg.ref_two_pools.kind = 2, 1.8, sec is far
            path = h.distance(seg)
            seg.ref_two.g1 = 0.05 * path * 1e-4 if sec is far else 0.0005
            seg.ref_two.p1 = 1e-7 * numpy.exp(-path / 50) * 100 if sec is far else 0
    sites = [soma(0.5), far(0.1), far(0.9)]
    return [soma, far], soma(0.5), {key: [getattr(s, f"_ref_{key}") for s in sites] for key in ("v", "cai", "ca2i")}


def types():
    soma = section("soma", [(0, -10, 0, 20), (0, 10, 0, 20)])
    passive([soma], 0.0001, -65)
    soma.insert("ref_types")
    soma.insert("ref_plain")
    h.ion_style("ca_ion", 3, 2, 1, 0, 0, sec=soma)
    return [soma], soma(0.5), {"v": [soma(0.5)._ref_v], "cai": [soma(0.5)._ref_cai]}


NSEG = {"types": 1, "squid": {"all": 5, "soma": 1}, "gates": 1, "calcium": {"all": 3, "soma": 1}, "gradient": {"all": 5, "soma": 1}, "pools": {"all": 5, "soma": 1}}
SITES = {"squid": ["soma(0.5)", "axon(0.9)", "dend[2](0.9)"], "gates": ["soma(0.5)"], "calcium": ["soma(0.5)", "dend[0](0.5)", "dend[1](0.9)"],
         "gradient": ["soma(0.5)", "dend[0](0.9)", "dend[1](0.9)"], "parts": ["soma(0.5)", "trunk[1](0.5)", "trunk[2](0.9)", "dend[0](0.5)", "dend[2](0.5)"],
         "pools": ["soma(0.5)", "dend[0](0.1)", "dend[0](0.9)"], "types": ["soma(0.5)"]}
CURRENT = {"squid": 0.6, "gates": 0.05, "calcium": 0.1, "gradient": 0.05, "parts": 0.8, "pools": 0.1, "types": 0.05}  # nA
V_INIT = {"squid": -65, "gates": -65, "calcium": -60, "gradient": -65, "parts": -65, "pools": -60, "types": -65}
CONCENTRATIONS = {"calcium": ["cai"], "pools": ["cai", "ca2i"], "types": ["cai"]}
SPIKES = {"squid": -10}  # mV, the file's spikeThresh


def neuron(name, build):
    cell, place, recorded = build()
    clamp = h.IClamp(place)
    clamp.delay, clamp.dur, clamp.amp = 5, 40, CURRENT[name]
    vectors = {key: [h.Vector().record(ref) for ref in refs] for key, refs in recorded.items()}
    if name in SPIKES:
        wire, times = h.NetCon(place._ref_v, None, sec=place.sec), h.Vector()
        wire.threshold = SPIKES[name]
        wire.record(times)
    h.celsius, h.dt, h.steps_per_ms = 18, 0.025, 40
    h.finitialize(V_INIT[name])
    h.continuerun(60)
    result = {key: numpy.array([list(vector) for vector in list_]).T for key, list_ in vectors.items()}
    if name in SPIKES:
        result["spikes"] = numpy.array(list(times))
    del clamp, cell
    return result


def rall(program, name, folder):
    config = {"cells": {"c": {"neuroml": str(here / f"{name}.cell.nml"), **({"nseg": NSEG[name]} if name in NSEG else {})}}, "run": {"tstop": 60, "dt": 0.025}, "conditions": {"celsius": 18},
              "inputs": {"step": {"module": "linear", "input_type": "current_clamp", "amp_start": CURRENT[name], "delay": 5, "duration": 40, "location": "soma(0.5)"}},
              "reports": {key: {"cells": "c", "location": SITES[name], "variable_name": key} for key in ["v", *CONCENTRATIONS.get(name, [])]}}
    path = Path(folder) / f"{name}.json"
    path.write_text(json.dumps(config))
    done = subprocess.run([program, "run", path, "--output-dir", Path(folder) / name, "--double-reports", "--no-html"], text=True, capture_output=True)
    if done.returncode:
        sys.exit(f"rall run {path.name} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    result = {}
    for key in config["reports"]:
        with h5py.File(Path(folder) / name / f"{key}.h5") as file:
            result[key] = next(iter(file["report"].values()))["data"][:]
    if name in SPIKES:
        with h5py.File(Path(folder) / name / "spikes.h5") as file:
            result["spikes"] = file["spikes/cells/timestamps"][:]
    return result


def main(program, build_dir):
    load(sorted((here / "mods").glob("*.mod")), build_dir)
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        for name, build in (("squid", squid), ("gates", gates), ("calcium", calcium), ("gradient", gradient), ("parts", parts), ("pools", pools), ("types", types)):
            expected, found = neuron(name, build), rall(program, name, folder)
            if name in SPIKES:
                times, others = expected.pop("spikes"), found.pop("spikes")
                good = len(times) == len(others) > 0 and abs(times - others).max() < 1e-6
                failed |= not good
                print(f"{name}: {len(times)} spikes{'' if good else f' and {len(others)}: FAILED'}")
            for key, values in expected.items():
                n = min(len(values), len(found[key]))
                worst = abs(values[:n] - found[key][:n]).max()
                span = values.max() - values.min()
                limit = 1e-6 * abs(values).max() if key != "v" else 1e-3 if values.max() > 0 else 2e-5
                good = worst <= limit and n >= 2400 and span > (1 if key == "v" else 1e-5)
                failed |= not good
                print(f"{name} {key}: {worst:.3g} apart at most, of {span:.3g}{'' if good else ': FAILED'}")
    # What rall run compiles where it is needed can be compiled before.
    done = subprocess.run([program, "compile", here / "hh.channel.nml"], text=True, capture_output=True)
    if done.returncode or not all(name in done.stdout for name in ("squid_na", "squid_k", "leak")):
        sys.exit(f"rall compile ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    sys.exit(failed)


if __name__ == "__main__":
    main(*sys.argv[1:])
