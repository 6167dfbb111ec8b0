#!/usr/bin/python3
"""Cells of hoc templates in Rall and in NEURON, which loads the very same files.

    compare.py RALL BUILD_DIR [HOC MORPHOLOGY MODS CELSIUS V_INIT]

Without a template those of this folder. Compared are the compartments, lengths of sections and each parameter of each mechanism in each compartment
(1e-12 of its size), then the potential at soma[0](0.5) and in the last section under a current step that makes spikes (1e-6 mV until the first; then the steps
of the spikes), with TABLEs switched off in NEURON.
"""
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py
import numpy
from neuron import h

here = Path(__file__).resolve().parent
sys.path.insert(0, str(here.parent / "neuron"))
from nrnmod import load, name_of  # noqa: E402

h.load_file("stdrun.hoc"), h.load_file("import3d.hoc")



def arguments(template, morphology):
    """As those who wrote the template make its cells."""
    body = re.search(r"proc\s+init\s*\(.*?\)(.*?)\n(?:proc|func|obfunc)\b|\Z", template.read_text(), re.S)[0]
    with_gid, texts = "$1" in body, len(set(re.findall(r"\$s\d", body)))
    if texts == 0:
        return [0]
    return ([7] if with_gid else []) + ([str(morphology)] if texts == 1 else [str(morphology.parent), morphology.name])


def name_in(template):
    """The template of the file's name, or the only one."""
    names = re.findall(r"^begintemplate (\w+)", template.read_text(), re.M)
    return template.stem if template.stem in names else names[0]


def in_neuron(template, morphology, amp, tstop, dt, celsius, v_init, record, used):
    os.chdir(template.parent)  # what it loads lies there
    if not h.load_file(template.name):
        raise RuntimeError(f"NEURON cannot load {template}")
    cell = getattr(h, name_in(template))(*arguments(template, morphology))
    for mechanism in used:
        if hasattr(h, f"usetable_{mechanism}"):
            setattr(h, f"usetable_{mechanism}", 0)
    sections = list(h.allsec())
    short = [sec.name().rsplit(".", 1)[-1] for sec in sections]
    found = {}
    for name, sec in zip(short, sections):
        for seg in sec:
            key = (name if name.endswith("]") else name + "[0]", round(seg.x, 9))
            values = {"area": seg.area(), "diam": seg.diam, "cm": seg.cm, "Ra": sec.Ra, "L": sec.L}
            for mechanism in seg:
                if mechanism.name().endswith("_ion"):
                    continue
                for variable in mechanism:
                    try:
                        values[variable.name()] = variable[0]
                    except AttributeError:  # a POINTER that leads nowhere
                        pass
            found[key] = values
    soma = sections[short.index("soma[0]") if "soma[0]" in short else short.index("soma")]
    clamp = h.IClamp(soma(0.5))
    clamp.delay, clamp.dur, clamp.amp = 20, 1e9, amp
    h.celsius, h.dt, h.steps_per_ms = celsius, dt, 1 / dt
    h.cvode.active(0)
    soma_v, far_v = h.Vector().record(soma(0.5)._ref_v), h.Vector().record(sections[short.index(record)](0.5)._ref_v)
    h.finitialize(v_init)
    h.continuerun(tstop)
    n = round(tstop / dt)
    return found, numpy.array(soma_v)[:n], numpy.array(far_v)[:n], cell, sections


def in_rall(rall, template, morphology, mods, amp, tstop, dt, celsius, v_init, record, variables, folder):
    config = {
        "cells": {"cell": {"morphology": str(morphology), "biophysics": str(template)}},
        "run": {"tstop": tstop, "dt": dt}, "conditions": {"celsius": celsius, "v_init": v_init},
        "inputs": {"step": {"module": "linear", "input_type": "current_clamp", "amp_start": amp, "delay": 20, "duration": 1e9}},
        "reports": {"soma": {"location": "soma[0](0.5)", "variable_name": "v"}, "far": {"location": f"{record}(0.5)", "variable_name": "v"}},
    }
    if mods:
        config["mechanism_dirs"] = [str(mods)]
    for variable in variables:
        config["reports"][variable] = {"sections": "all", "compartments": "all", "variable_name": variable, "dt": tstop / 2}
    (folder / "config.json").write_text(json.dumps(config))
    done = subprocess.run([rall, "run", folder / "config.json", "--output-dir", folder / "out", "--double-reports", "--no-html"], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    said = json.loads(subprocess.run([rall, "inspect", folder / "config.json", "--json"], capture_output=True, text=True, check=True).stdout)
    found = {}
    for section in said["cell_types"][0]["sections"]:
        name = section["name"] if section["name"].endswith("]") else section["name"] + "[0]"
        for k in range(section["compartments"]):
            found[name, round((k + 0.5) / section["compartments"], 9)] = {"L": section["L"]}
    traces = []
    for name in ("soma", "far"):
        with h5py.File(folder / "out" / f"{name}.h5") as file:
            traces.append(file["report/cells/data"][:, 0])
    for variable in variables:
        with h5py.File(folder / "out" / f"{variable}.h5") as file:
            names = [text.decode() for text in file["report/cells/mapping/column_names"][:]]
            for column, value in zip(names, file["report/cells/data"][0]):
                section, x = re.search(r"(\S+)\(([^)]*)\)$", column).groups()
                section = section if section.endswith("]") else section + "[0]"
                near = [key for key in found if key[0] == section and abs(key[1] - float(x)) < 1e-4]
                found[near[0]][variable] = value
    return found, *traces


def compare(rall, build, template, morphology, mods, celsius, v_init, amp, record, tstop=120, dt=0.025):
    paths = sorted(Path(mods).glob("*.mod")) if mods else []
    loaded = [template.parent / name for name in re.findall(r'load_file\("([\w/]+\.hoc)"\)', template.read_text())]
    text = "".join(path.read_text() for path in [template, *loaded] if path.exists())
    used = set(re.findall(r"\w+", text))
    load([path for path in (paths or sorted((here.parent.parent / "mechanisms" / "builtin").glob("*.mod"))) if name_of(path) in used - {"pas", "hh"}], build)
    theirs, soma, far, *kept = in_neuron(template, morphology, amp, tstop, dt, celsius, v_init, record, used)
    wanted = sorted({name for values in theirs.values() for name in values if "_" in name and name in used})
    with tempfile.TemporaryDirectory() as name:
        ours, our_soma, our_far = in_rall(rall, template, morphology, mods, amp, tstop, dt, celsius, v_init, record, wanted, Path(name))
    wrong = []
    if theirs.keys() != ours.keys():
        wrong.append(f"compartments differ: {sorted(theirs.keys() ^ ours.keys())[:5]}")
    worst = 0
    for key in theirs.keys() & ours.keys():
        for variable in ["L", *wanted]:
            a, b = theirs[key].get(variable), ours[key].get(variable)
            if (a is None) != (b is None):
                wrong.append(f"{key}: {variable} is {b}, in NEURON {a}")
            elif a is not None:
                worst = max(worst, abs(a - b) / max(abs(a), 1e-300) if a != b else 0)
                if abs(a - b) > 1e-12 * abs(a):
                    wrong.append(f"{key}: {variable} is {b!r}, in NEURON {a!r}")
    spikes = [numpy.flatnonzero((v[:-1] < -20) & (v[1:] >= -20)) for v in (soma, our_soma)]
    first = spikes[0][0] - 40 if len(spikes[0]) else len(soma)
    apart = max(numpy.abs(a - b)[:first].max() for a, b in ((soma, our_soma), (far, our_far)))
    all_apart = max(numpy.abs(a - b).max() for a, b in ((soma, our_soma), (far, our_far)))
    if apart > 1e-6:
        wrong.append(f"potentials are {apart:.3g} mV apart before the first spike")
    if len(spikes[0]) == 0 or not numpy.array_equal(*spikes):
        wrong.append(f"spikes at steps {spikes[1]}, in NEURON {spikes[0]}")
    print(f"{template.name}: {len(ours)} compartments, {len(wanted)} parameters, {worst:.2g} apart at most; potentials {apart:.2g} mV before the first of "
          f"{len(spikes[0])} spikes, {all_apart:.2g} mV in all{'' if not wrong else ': FAILED'}")
    for line in wrong[:12]:
        print("  ", line)
    return bool(wrong)


CASES = [
    ("pyramid.hoc", here.parent / "data/morphologies/pyr_rat_CA1_c91662.swc", 34, -75, 1.5, "apic[10]"),
    ("myelinated.hoc", here / "cell.swc", 6.3, -65, 1, "myelin[0]"),
    ("myelinated.hoc", here / "cell.asc", 6.3, -65, 1, "myelin[0]"),
    ("numbers.hoc", here / "cell.swc", 6.3, -65, 1.5, "apic[1]"),
    ("loader.hoc", here.parent / "morphology/data/asc_outline.asc", 6.3, -65, 0.5, "dend[1]"),
]


def main(rall, build, *own):
    build = Path(build).resolve()
    rall = Path(rall).resolve()
    if own:
        template, morphology, mods, celsius, v_init, amp, record = own
        sys.exit(compare(rall, build, Path(template).resolve(), Path(morphology).resolve(), mods and Path(mods).resolve(), float(celsius), float(v_init), float(amp), record))
    failed = 0
    for name, morphology, celsius, v_init, amp, record in CASES:  # each in a NEURON of its own
        failed += subprocess.run([sys.executable, __file__, rall, build, here / name, morphology, "", str(celsius), str(v_init), str(amp), record]).returncode
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
