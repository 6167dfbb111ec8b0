#!/usr/bin/python3
"""Writes what a bundle for a GPU runs (scripts/gpu-bundle.sh): configs with all files that they name beside them, so that they can be carried anywhere.

    gpu_cases.py FOLDER [CASE...]

FOLDER/cases/NAME/config.json are compared bit by bit, FOLDER/benchmarks/NAME/config.json are timed as well. With CASEs no others are written.
"""
import json
import re
import shutil
import sys
from pathlib import Path

import cases

ROOT = Path(__file__).resolve().parent.parent
NEURON, EXAMPLES, BUILTIN = ROOT / "tests" / "neuron" / "cases", ROOT / "examples", ROOT / "mechanisms" / "builtin"


def read(path):
    """A config, and where its relative names start."""
    return json.loads(re.sub(r"^\s*//.*$", "", path.read_text(), flags=re.M)), path.parent


def seen(config, population="cell", location="soma(0.5)"):
    """... with a report of some potentials"""
    return config | {"reports": {"v": {"cells": population, "location": location, "variable_name": "v", "dt": 0.5}}}


def stochastic():
    """Single channels of a scheme of 12 states in the place of the deterministic one"""
    config, folder = read(NEURON / "kinetic.json")
    for region, density in (("soma", 15), ("dend", 2)):
        config["cells"]["cell"]["biophysics"]["regions"][region]["stochastic"] = {"NaV": {"density": density}}
    config["cells"]["cell"]["count"] = 4
    return config, folder


def members():
    """{name: (config, where its relative names start)}"""
    found = {case: read(NEURON / f"{case}.json") for case in ("hh", "real_mouse", "kinetic", "synapses", "builtin_points", "events", "pointers", "lags",
                                                              "diffusion", "currents", "vectors", "short_delays")}
    found |= {example: read(EXAMPLES / example / f"{example}.json") for example in ("gap_junctions", "random_network", "pyramidal")}
    found["ring"] = seen(cases.ring(64, 40), "cell_0"), ROOT
    found["markov"] = seen(cases.markov(2, 20), location=["soma(0.5)", "dend[3](0.5)"]), ROOT
    found["stochastic"] = stochastic()
    for config, _ in found.values():  # small files: what differs in a step does so in those that follow
        config["run"]["tstop"] = min(config["run"]["tstop"], 120)
        for report in config["reports"].values():
            report.setdefault("dt", max(0.1, config["run"]["dt"]))
    return found


def benchmarks():
    """The same. Names begin with the workload; W1 is a ring, W2 Hodgkin and Huxley's membrane in all compartments, W3 a reconstructed cell. Kernels are those of
    the workload's own mechanisms, but for W2_builtin, which takes those of all built-in ones."""
    def own(config):
        config["mechanism_dirs"] = [str(BUILTIN)]
        return config, ROOT

    found = {}
    for n in (256, 4096, 32768):
        found[f"W1_{n}_cells"] = own(cases.ring(n, 40 if n < 32768 else 20, 256))
    for exponent in (4, 5, 6, 7):
        found[f"W2_1e{exponent}"] = own(cases.hh_everywhere(10**exponent // 1000, 10))
    found["W2_builtin_1e6"] = cases.hh_everywhere(1000, 10), ROOT
    for n, tstop in ((1, 200), (16, 200), (1000, 100)):
        config = cases.real_cell(n)(tstop)
        found[f"W3_{n}_cells"] = own(config)
    return found


def resolved(value, key, base, files, mods):
    """The config with names of files that lie beside it; which they are goes to `files`, directories of mechanisms to `mods`."""
    if isinstance(value, dict):
        return {name: resolved(item, name, base, files, mods) for name, item in value.items()}
    if key == "mechanism_dirs":
        mods += [(base / name).resolve() for name in value]
        return ["mods"]
    if isinstance(value, list):
        return [resolved(item, key, base, files, mods) for item in value]
    if isinstance(value, str) and re.search(r"\.(swc|asc|json|csv|h5|dat)$", value):
        files.append((base / value).resolve())
        return files[-1].name
    return value


def write(name, config, base, folder):
    place = folder / name
    place.mkdir(parents=True)
    files, mods = [], []
    texts = [json.dumps(resolved(config, "", base, files, mods)) + "\n"]
    (place / "config.json").write_text(texts[0])
    for file in files:  # which name no others, but mechanisms
        if file.suffix == ".json":
            text = json.dumps(resolved(read(file)[0], "", file.parent, [], mods))
            texts.append(text)
            (place / file.name).write_text(text)
        else:
            shutil.copy(file, place)
    words = set(re.findall(r"\w+", " ".join(texts)))
    for mod in sorted({mod for directory in mods for mod in directory.glob("*.mod")}):
        suffix = re.search(r"\b(?:SUFFIX|POINT_PROCESS|ARTIFICIAL_CELL)\s+(\w+)", mod.read_text(errors="replace"))
        if suffix and suffix[1] in words:
            (place / "mods").mkdir(exist_ok=True)
            shutil.copy(mod, place / "mods")


def main(folder, chosen):
    for kind, found in (("cases", members()), ("benchmarks", benchmarks())):
        for name, (config, base) in found.items():
            if not chosen or name in chosen:
                write(name, config, base, Path(folder) / kind)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
