#!/usr/bin/env python3
"""Layout of all pages in a browser: nothing overlaps, nothing is cut, nothing runs out of the page; every chart can be saved; colours are told
apart by the colour-blind.

layout.py RALL SAMPLES KIND     makes the pages of a kind (runs, shapes, channels, sweeps), with the extremes of html_samples, and checks each at
                                three sizes, light and dark
layout.py --page FILE.html [--save PREFIX]      checks one page, and keeps pictures of it

Exit code 77 (skipped) where there is no Chromium.
"""
import argparse
import csv
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml
from concurrent.futures import ThreadPoolExecutor

from browser import Browser, need_chromium

HERE = pathlib.Path(__file__).parent
SIZES = [(1400, 900), (1400, 768), (420, 800)]
CHECK = (HERE / "layout.js").read_text()


def check(browser, path, save=None):
    """Looks at a page at all sizes in both themes; returns what it can save."""
    browser.size(*SIZES[0])
    browser.open(path)
    wrong = []
    for theme in ("light", "dark"):
        browser.run(f"theme.set('{theme}')")
        for size in SIZES:
            browser.size(*size)
            browser.settle()
            wrong += [f"{path.name}, {size[0]}x{size[1]}, {theme}: {one}" for one in browser.run(CHECK)]
            if save:
                pathlib.Path(f"{save}_{size[0]}x{size[1]}_{theme}.png").write_bytes(browser.picture(whole=True))
    assert not wrong, "\n".join(wrong)
    failures = browser.run("window.failures")
    assert not failures, f"{path.name}: {failures}"


def check_saving(browser, path, wanted):
    """All charts as SVG and CSV, the first as PNG: well formed, and with what is drawn in them."""
    browser.size(*SIZES[0])
    browser.open(path)
    names = browser.run("figures.map(({name}) => name)")
    for name in wanted:
        assert name in names, f"{path.name} has no figure '{name}' but {names}"
    saved = browser.run("figures.map(({name, svg, csv}) => [name, svg ? svg() : null, csv()])")
    for name, svg, text in saved:
        rows = list(csv.reader(io.StringIO(text)))
        assert len(rows) > 1 and len({len(row) for row in rows}) == 1, f"{path.name}, {name}: CSV of {len(rows)} rows of {set(map(len, rows))} fields"
        if svg is None:
            continue
        assert "NaN" not in svg and "undefined" not in svg, f"{path.name}, {name}: numbers are missing in its SVG"
        tags = [node.tag.rsplit("}")[-1] for node in xml.fromstring(svg).iter()]
        assert tags.count("path") > 3 and tags.count("text") >= 1, f"{path.name}, {name}: its SVG holds {tags.count('path')} paths and {tags.count('text')} texts"
    charts = browser.run("figures.findIndex(({png}) => png)")
    if charts >= 0:
        kind, size = browser.run(f"figures[{charts}].png().then(blob => [blob.type, blob.size])")
        assert kind == "image/png" and size > 2000, (kind, size)
    return len(saved)


def sweep(rall, folder, name, parameters):
    soma = {"cells": {"cell": {"stylized": [{"name": "soma", "L": 20, "diam": 20}], "biophysics": {"regions": {"all": {"mechanisms": {
        "hh": {}, "pas": {"g": 1e-5, "e": -65}}}}}}}, "run": {"tstop": 60, "dt": 0.05}, "conditions": {"celsius": 6.3, "v_init": -65},
        "inputs": {"step": {"module": "linear", "input_type": "current_clamp", "amp_start": 0.2, "delay": 10, "duration": 40}}}
    (folder / f"{name}.json").write_text(json.dumps({"config": soma, "parameters": parameters, "output_dir": name}))
    subprocess.run([rall, "sweep", folder / f"{name}.json", "--quiet"], check=True)
    return folder / name / "report.html"


def sweeps(rall, samples, folder):
    amplitude, leak = "inputs.step.amp_start", "cells.cell.biophysics.regions.all.mechanisms.pas.g"
    return {"sweep": sweep(rall, folder, "sweep", {amplitude: {"from": 0, "to": 0.5, "steps": 6}, leak: [1e-5, 1e-4, -0.1]}),
            "sweep_1000": sweep(rall, folder, "sweep_1000", {amplitude: {"from": 0, "to": 1, "steps": 100}, leak: {"from": 1e-6, "to": 1e-3, "steps": 10, "log": True}})}


def channels(rall, samples, folder):
    subprocess.run([rall, "channel", "hh", "--current", "ina", "--set", "mutant:gnabar=0.06", "--protocol", "gates", "--protocol", "activation",
                    "--protocol", "train", "--quiet", "--output-dir", folder / "channel"], check=True)
    cell = {"stylized": [{"name": "soma", "L": 20, "diam": 20}], "biophysics": {"regions": {"all": {"mechanisms": {"hh": {}}}}}}
    pulse = {"module": "linear", "input_type": "current_clamp", "amp_start": 0.2, "delay": 10, "duration": 80, "node_set": "cell"}
    (folder / "cell.json").write_text(json.dumps({"cells": {"cell": cell}, "run": {"tstop": 100, "dt": 0.025}, "conditions": {"celsius": 6.3, "v_init": -65},
                                                  "inputs": {"step": pulse}}))
    hh = (HERE.parents[1] / "mechanisms/builtin/hh.mod").read_text()
    (folder / "mutant.mod").write_text(hh.replace("gkbar = .036", "gkbar = .03"))
    subprocess.run([rall, "compare", folder / "cell.json", "--replace", folder / "mutant.mod", "--quiet", "--output-dir", folder / "compare"], check=True)
    return {"channel": folder / "channel" / "channel.html", "compare": folder / "compare" / "compare.html"}


def runs(rall, samples, folder):
    subprocess.run([samples, folder], check=True)
    return {name: folder / f"{name}.html" for name in ("report", "one", "large", "bare", "traces")}


def shapes(rall, samples, folder):
    subprocess.run([samples, folder], check=True)
    made = {name: folder / f"{name}.html" for name in ("inspect", "inspect_one", "inspect_large")}
    if subprocess.run([sys.executable, "-c", "import h5py"], capture_output=True).returncode == 0:
        subprocess.run([sys.executable, HERE.parents[1] / "examples" / "circuit" / "make.py", folder / "circuit"], check=True, stdout=subprocess.DEVNULL)
        made["circuit"] = folder / "circuit.html"
        subprocess.run([rall, "inspect", folder / "circuit" / "simulation_config.json", "--html", made["circuit"]], check=True, stdout=subprocess.DEVNULL)
    return made


KINDS = {"runs": runs, "shapes": shapes, "channels": channels, "sweeps": sweeps}
FIGURES = {"report": ["Neuron", "Membrane potential", "Spikes cells", "Rates cells", "Somata", "Connections"], "inspect": ["Neuron", "Sections"],
           "channel": ["Differences", "m inf", "I-V", "command"], "sweep": ["f-I curve", "map", "Trace", "Members"],
           "compare": ["v of cell, soma", "Differences"]}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("rall", nargs="?")
    parser.add_argument("samples", nargs="?")
    parser.add_argument("kind", nargs="?", choices=KINDS)
    parser.add_argument("--page", type=pathlib.Path)
    parser.add_argument("--save")
    arguments = parser.parse_args()
    need_chromium()
    if arguments.page:
        with Browser() as browser:
            check(browser, arguments.page, arguments.save)
        return
    with tempfile.TemporaryDirectory() as name:
        pages = KINDS[arguments.kind](arguments.rall, arguments.samples, pathlib.Path(name))

        def look(share):
            with Browser() as browser:
                for kind, path in share:
                    check(browser, path, os.path.join(arguments.save, kind) if arguments.save else None)
                    saved = check_saving(browser, path, FIGURES.get(kind, []))
                    print(f"{kind}: {len(SIZES)} sizes, light and dark; {saved} figures saved", flush=True)

        every = list(pages.items())
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(look, [every[::2], every[1::2]]))


if __name__ == "__main__":
    main()
