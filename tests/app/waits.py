#!/usr/bin/python3
"""Threads that wait keep no cores from other programs, unless the user says how they are to wait: waits.py RALL

Asks GNU's OpenMP for what it was told (OMP_DISPLAY_ENV); skipped (77) where another one says nothing of GOMP_SPINCOUNT.
"""
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

CELL = {"cells": {"cell": {"stylized": [{"name": "soma", "L": 20, "diam": 20}], "biophysics": {"regions": {"all": {"cm": 1, "Ra": 100, "mechanisms": {"hh": {}}}}}}},
        "run": {"tstop": 1, "dt": 0.025}, "conditions": {"celsius": 6.3, "v_init": -65}}


def spins(rall, arguments, **said):
    kept = {name: value for name, value in os.environ.items() if name not in ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT")}
    done = subprocess.run([rall, *map(str, arguments)], capture_output=True, text=True, env=kept | {"OMP_DISPLAY_ENV": "VERBOSE"} | said)
    if done.returncode != 0:
        sys.exit(f"{arguments}: exit {done.returncode}: {done.stderr[-600:]}")
    return [int(n) for n in re.findall(r"GOMP_SPINCOUNT = '(\d+)'", done.stderr)]


def main(rall):
    default = spins(rall, ["--version"])
    if not default:
        print("this OpenMP says nothing of GOMP_SPINCOUNT")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "cell.json"
        config.write_text(json.dumps(CELL))
        run = ["run", config, "--output-dir", Path(folder) / "out", "--quiet", "--no-html", "--threads", 2]
        # A program that begins anew says it twice: what it would have done, and what it does.
        found = {"by itself": (spins(rall, run), [default[0], 2000]), "other verbs": (default, [default[0]]),
                 "GOMP_SPINCOUNT": (spins(rall, run, GOMP_SPINCOUNT="77"), [77]),
                 "passive": (spins(rall, run, OMP_WAIT_POLICY="passive"), [0]),
                 "active": (len(spins(rall, run, OMP_WAIT_POLICY="active")), 1)}
    wrong = {what: (is_so, should) for what, (is_so, should) in found.items() if is_so != should}
    for what, (is_so, should) in wrong.items():
        print(f"WRONG {what}: spins {is_so} instead of {should}")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
