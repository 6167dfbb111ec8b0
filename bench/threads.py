#!/usr/bin/python3
"""Two threads against one: networks whose cells see one another at every step, and the same cells alone.

    bench/threads.py --rall build/release/bin/rall [--repeat 5]

Runs alternate; the best of each counts, since others on the machine disturb two threads more than one. Ends with an error where two
threads are less than 1.85 times faster.
"""
import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import cases

GOAL = 1.85


def seconds(binary, config, threads, folder):
    summary = folder / "summary.json"
    subprocess.run([binary, "run", config, "--threads", str(threads), "--no-html", "--output-dir", folder / "out", "--summary", summary],
                   check=True, capture_output=True)
    done = json.loads(summary.read_text())
    return done["seconds"]["time_loop"], done["compartments"] * done["steps"], done["groups"]


def main(binary, repeat):
    short = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for case in cases.COUPLED:
            config = folder / f"{case.__name__}.json"
            config.write_text(json.dumps(case()))
            best = {1: float("inf"), 2: float("inf")}
            for _ in range(repeat):
                for threads in best:
                    taken, work, groups = seconds(binary, config, threads, folder)
                    best[threads] = min(best[threads], taken)
            ratio = best[1] / best[2]
            print(f"{case.__name__:16} {best[1] / work * 1e9:5.2f} -> {best[2] / work * 1e9:5.2f} ns per compartment and step, "
                  f"{groups} groups: {ratio:.2f} times faster", flush=True)
            if ratio < GOAL:
                short.append(case.__name__)
    if short:
        sys.exit(f"below {GOAL}: {', '.join(short)}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rall", required=True, dest="binary")
    parser.add_argument("--repeat", type=int, default=5)
    main(**vars(parser.parse_args()))
