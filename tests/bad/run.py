#!/usr/bin/python3
"""Runs every broken file of this folder and checks what Rall says about it.

    run.py RALL [NAME...]

A file states in comments ("expect: text") what must be said. `config/*.json`, `sweep/*.json` and `protocol/*.json` are run as they
are; for `biophysics/*.json`, `swc/*.swc`, `mod/*.mod`, `neuroml/*.nml` and `hoc/*.hoc` a small config around them is made. Each must end with exit code 1, say all that is expected, name the file, and leave
the output directory of a former run as it was.
"""
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

here = Path(__file__).parent
soma = [{"name": "soma", "L": 20, "diam": 20}]


def config_for(path, folder):
    """The config to run for a broken file; it lies in `folder` unless it is the broken file itself."""
    if path.parent.name in ("config", "sweep"):
        return path
    cell = {"stylized": soma, "biophysics": {"regions": {"all": {"mechanisms": {"pas": {}}}}}}
    if path.suffix == ".json":
        cell["biophysics"] = str(path)
    elif path.suffix == ".nml":
        cell = {"neuroml": str(path)}
    elif path.suffix == ".hoc":
        cell = {"morphology": str(here.parent / "hoc/cell.swc"), "biophysics": str(path)}
    elif path.suffix == ".swc":
        del cell["stylized"]
        cell["morphology"] = str(path)
    else:
        (folder / "mods").mkdir()
        shutil.copy(path, folder / "mods" / path.name)
        cell["biophysics"] = {"regions": {"all": {"mechanisms": {"bad": {}}}}, "mechanism_dirs": ["mods"]}
    config = folder / "config.json"
    config.write_text(json.dumps({"cells": {"cell": cell}, "run": {"tstop": 1}}))
    return config


def complaints(rall, path):
    """What is wrong with Rall's answer to a file, as a list of lines."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        output = folder / "out"
        output.mkdir()
        (output / "spikes.h5").write_text("of a former run")
        task = (["channel", "hh", "--protocol", path] if path.parent.name == "protocol" else
                ["sweep" if path.parent.name == "sweep" else "run", config_for(path, folder)])
        before = sorted(folder.rglob("*"))
        done = subprocess.run([rall, *task, "--output-dir", output], capture_output=True, text=True, errors="replace", timeout=60)
        said = done.stdout + done.stderr
        wrong = []
        if done.returncode != 1:
            wrong.append(f"exit code {done.returncode}, expected 1")
        expected = re.findall(r"expect: (.*?)(?: -->)?$", path.read_text(errors="replace"), re.M)
        if not expected:
            wrong.append("the file does not say what to expect")
        wrong += [f"not said: {text}" for text in [*expected, path.name, "error: "] if text not in said]
        if sorted(folder.rglob("*")) != before or (output / "spikes.h5").read_text() != "of a former run":
            wrong.append("the output directory was touched")
        if wrong:
            wrong.append(said)
        return wrong


def main(rall, *names):
    files = sorted(path for path in here.glob("*/*") if path.suffix != ".csv" and (not names or path.stem in names))
    failed = 0
    for path in files:
        wrong = complaints(rall, path)
        failed += bool(wrong)
        print(f"{path.relative_to(here)}: {'ok' if not wrong else ''}", *wrong, sep="\n  " if wrong else "")
    print(f"{len(files) - failed} of {len(files)} as expected")
    sys.exit(1 if failed or not files else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
