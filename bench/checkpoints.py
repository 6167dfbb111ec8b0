#!/usr/bin/python3
"""What checkpoints cost (docs/reliability.md): the seconds of one over the 10 s between two, for a million compartments; and how long a run takes
to go on from one, in times of building the model.

    bench/checkpoints.py [--rall build/release/bin/rall] [--ms 200] [--output bench/results/NAME.json]
"""
import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from flushing import ROOT, million

EVERY = 10  # s
GOALS = {"loss": 0.02, "restart_over_build": 2}


def run(rall, folder, *words):
    begun = time.monotonic()
    done = subprocess.run([str(word) for word in (rall, "run", folder / "million.json", "--output-dir", folder / "out", "--quiet", "--no-html",
                                                  "--summary", folder / "summary.json", *words)], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return time.monotonic() - begun, json.loads((folder / "summary.json").read_text())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rall", type=lambda path: Path(path).resolve(), default=ROOT / "build/release/bin/rall")
    parser.add_argument("--ms", type=float, default=200)
    parser.add_argument("--output", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as holder:
        folder = Path(holder)
        config = million(given.ms)
        config["reports"]["v"] = {"cells": "c", "location": "soma(0.5)", "variable_name": "v", "dt": 1}
        (folder / "million.json").write_text(json.dumps(config))
        _, summary = run(given.rall, folder, "--checkpoint-every", f"{EVERY} s", "--checkpoint")
        told = summary["checkpoints"]
        each = told["seconds"] / told["written"]
        whole, again = run(given.rall, folder, "--restart", told["file"])
        build = again["seconds"]["build"]
        result = {"date": str(date.today()), "machine": platform.processor() or platform.machine(), "cores": os.cpu_count(), "compartments": summary["compartments"],
                  "checkpoints": told["written"], "bytes": told["bytes"], "seconds_each": each, "loss": each / EVERY, "time_loop": summary["seconds"]["time_loop"],
                  "build": build, "restart": whole, "restart_over_build": whole / build}
    print(json.dumps(result, indent=2))
    for name, goal in GOALS.items():
        print(f"{name}: {result[name]:.4g}, {'' if result[name] <= goal else 'NOT '}below {goal}")
    if given.output:
        given.output.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
