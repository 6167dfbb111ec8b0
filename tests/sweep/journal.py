#!/usr/bin/python3
"""What a sweep has finished is kept for exactly the files it was made from, row by row, and for one writer at a time.

    journal.py RALL
"""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import h5py

MEMBERS = 6
TABLES = ("sweep.csv", "sweep.h5", "report.html")

LEAK = """NEURON { SUFFIX leak NONSPECIFIC_CURRENT i RANGE g, e }
PARAMETER { g = 1e-4 (S/cm2) e = -70 (mV) }
ASSIGNED { v (mV) i (mA/cm2) }
BREAKPOINT { i = g*(v - e) }
"""


def make(folder):
    """A sweep that reads a file of each kind; returns its description and the files."""
    folder.mkdir()
    (folder / "mods").mkdir()
    (folder / "mods" / "leak.mod").write_text('INCLUDE "leak.inc"\n')
    (folder / "mods" / "leak.inc").write_text(LEAK)
    (folder / "cell.swc").write_text("1 1 0 0 0 10 -1\n2 3 10 0 0 1 1\n3 3 100 0 0 1 2\n")
    (folder / "bio.json").write_text(json.dumps({"regions": {"all": {"cm": 1, "Ra": 100, "mechanisms": {
        "leak": {"g": {"csv": "g.csv", "column": "g"}}}}}, "nseg": 1}))
    (folder / "g.csv").write_text("g\n1e-4\n2e-4\n")
    (folder / "sets.json").write_text(json.dumps({"mine": ["c"]}))
    with h5py.File(folder / "in.h5", "w") as file:
        file["spikes/in/timestamps"] = [1.0, 3.0]
        file["spikes/in/node_ids"] = [0, 0]
    (folder / "base.json").write_text(json.dumps({
        "cells": {"c": {"morphology": "cell.swc", "biophysics": "bio.json"}}, "mechanism_dirs": ["mods"], "node_sets_file": "sets.json",
        "run": {"tstop": 20}, "conditions": {"celsius": 6.3, "v_init": -65}, "synapses": {"s": {"mechanism": "ExpSyn", "location": "soma(0.5)"}},
        "generators": {"g": {"spike_file": "in.h5"}}, "connections": [{"source": "g", "target": "s", "weight": 0.001, "delay": 1}],
        "inputs": {"i": {"module": "linear", "input_type": "current_clamp", "amp_start": 0.1, "delay": 5, "duration": 10, "node_set": "mine"}}}))
    (folder / "values.csv").write_text("I\n" + "".join(f"{0.01 * k}\n" for k in range(MEMBERS)))
    (folder / "sweep.json").write_text(json.dumps({"base": "base.json", "combine": "csv", "csv": "values.csv",
                                                   "parameters": {"I": {"path": "inputs.i.amp_start"}}}))
    return folder / "sweep.json", [path for path in sorted(folder.rglob("*")) if path.is_file()]


def sweep(rall, description, out, *options, check=True):
    return subprocess.run([rall, "sweep", description, "--output-dir", out, "--batch", "1", *options], capture_output=True, text=True, check=check)


def check_files(rall, holder):
    description, files = make(holder / "model")
    assert {path.suffix for path in files} == {".mod", ".inc", ".swc", ".json", ".csv", ".h5"}
    out, kept = holder / "out", holder / "kept.log"
    sweep(rall, description, out)
    kept.write_bytes(b"".join((out / "finished.log").read_bytes().splitlines(keepends=True)[:3]))
    before = {name: (out / name).read_bytes() for name in TABLES}

    def again():  # as if it had been interrupted after two members
        shutil.rmtree(out)
        out.mkdir()
        shutil.copy(kept, out / "finished.log")
        return sweep(rall, description, out, check=False)

    for path in files:
        content = path.read_bytes()
        if path.suffix == ".h5":
            with h5py.File(path, "r+") as file:
                file["spikes/in/timestamps"][1] = 4.0
        else:
            path.write_bytes(content + b"\n")
        other = again()
        assert other.returncode == 1 and "belong to another sweep" in other.stderr, (path, other)
        assert (out / "finished.log").read_bytes() == kept.read_bytes(), path
        path.write_bytes(content)
    new = description.parent / "mods" / "more.mod"
    new.write_text(LEAK.replace("leak", "more"))
    assert again().returncode == 1, "a new mechanism"
    new.unlink()
    same = again()
    assert same.returncode == 0 and f"2 of {MEMBERS} members are finished already" in same.stderr, same
    assert {name: (out / name).read_bytes() for name in TABLES} == before


def check_damage(rall, holder):
    description, _ = make(holder / "model")
    out = holder / "out"
    sweep(rall, description, out)
    log = (out / "finished.log").read_bytes()
    before = {name: (out / name).read_bytes() for name in TABLES}
    lines = log.splitlines(keepends=True)
    damages = (lambda line: line.replace(b"finished", b"diverged"), lambda line: line[:40] + bytes([line[40] ^ 1]) + line[41:],
               lambda line: b"\0" * (len(line) - 1) + b"\n", lambda line: b"1" + line, lambda line: line[:-1] + b"0\n")
    for number, damage in enumerate(damages, 1):
        line = lines[number]
        (out / "finished.log").write_bytes(b"".join([*lines[:number], damage(line), *lines[number + 1:]]))
        said = sweep(rall, description, out).stderr
        assert f"finished.log:{number + 1}: warning: this row is not as it was written; its member runs again" in said, (number, said)
        assert {name: (out / name).read_bytes() for name in TABLES} == before, number
        assert (out / "finished.log").read_bytes().endswith(line), "the row was not written again"
    for wrong in (log[10:], b"\n" + log, b"rall sweep 0000000000000000\n" + log):
        (out / "finished.log").write_bytes(wrong)
        done = sweep(rall, description, out, check=False)
        assert done.returncode == 1 and "--restart" in done.stderr, done
        assert (out / "finished.log").read_bytes() == wrong


def check_one_writer(rall, holder):
    description, _ = make(holder / "model")
    base = description.parent / "base.json"
    config = json.loads(base.read_text())
    config["run"]["tstop"] = 1e7
    base.write_text(json.dumps(config))
    out = holder / "out"
    first = subprocess.Popen([rall, "sweep", description, "--output-dir", out, "--quiet"], stderr=subprocess.DEVNULL)
    try:
        while not (out / "finished.log").exists():
            assert first.poll() is None
            time.sleep(0.01)
        for options in ([], ["--restart"]):
            second = sweep(rall, description, out, *options, check=False)
            assert second.returncode == 3 and f"process {first.pid} on {os.uname().nodename}" in second.stderr, second
    finally:
        first.send_signal(signal.SIGKILL)
        first.wait()


def main(rall):
    for check in (check_files, check_damage, check_one_writer):
        with tempfile.TemporaryDirectory() as holder:
            check(rall, Path(holder))
        print(f"{check.__name__}: ok", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
