#!/usr/bin/python3
"""What it costs that results reach the disk while a run goes on (docs/reliability.md), and that all of them are synced and published at its end.

    bench/flushing.py [--rall build/release/bin/rall] [--repeat 3] [--old PROGRAM] [--output bench/results/NAME.json]

The first part runs a million compartments, all reported every 1 ms: flushed after every epoch, as by default, and never; alternating. The
loss by default is told twice: the ratio of times, within what the machine's mood allows, and the seconds of one flush (from the
runs that flush all the time) over the default interval, which is finer and counts. The second part runs the pyramidal example, with its page, in
this program and in an older one (--old), and tells the ratio of their whole times.
"""
import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INTERVAL = 20  # s, the default of rall run --flush
EPOCH = 10  # ms, the longest
GOALS = {"loss_by_flushes": 0.03, "ratio_of_lowest": 1.02}


def million(tstop):
    """1000 cells of 1000 compartments with hh, all reported."""
    return {
        "cells": {"c": {"count": 1000, "stylized": [{"name": "soma", "L": 1000, "diam": 10, "nseg": 1000}],
                        "biophysics": {"regions": {"all": {"cm": 1, "Ra": 100, "mechanisms": {"hh": {}}}}}}},
        "run": {"tstop": tstop, "dt": 0.025},
        "conditions": {"celsius": 6.3, "v_init": -65},
        "inputs": {"i": {"module": "linear", "input_type": "current_clamp", "amp_start": 1, "delay": 1, "duration": tstop, "node_set": "c"}},
        "reports": {"v": {"cells": "c", "sections": "all", "compartments": "all", "variable_name": "v", "dt": 1}},
        "output": {"output_dir": "out"},
    }


def timed(words, folder):
    """Seconds from start to end, and of the processor; all that was written before is on the disk."""
    os.sync()
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run([str(word) for word in words], cwd=folder, capture_output=True, text=True)
    took, after = time.monotonic() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        sys.exit(f"{words} failed:\n{done.stderr}")
    return took, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def summary_of(times):
    """Of whole times and times of the processor: the median, the lowest, the highest."""
    return {name: {"median": statistics.median(column), "lowest": min(column), "highest": max(column)} for name, column in zip(("whole", "processor"), zip(*times))}


def flushing(rall, repeat, tstop, folder):
    config = folder / "million.json"
    config.write_text(json.dumps(million(tstop)))
    times = {"always": [], "default": [], "never": []}
    for _ in range(repeat):
        for how, seconds in (("always", 0), ("default", INTERVAL), ("never", 1e9)):
            times[how].append(timed([rall, "run", config, "--quiet", "--no-html", "--output-dir", folder / "out", "--summary", folder / "summary.json", "--flush", seconds], folder))
    summary = json.loads((folder / "summary.json").read_text())
    if summary["compartments"] < 10**6:
        sys.exit(f"there are only {summary['compartments']} compartments")
    flushes = tstop / EPOCH
    seconds = {how: summary_of(rounds) for how, rounds in times.items()}
    one = {kind: max(0.0, seconds["always"][kind]["lowest"] - seconds["never"][kind]["lowest"]) / flushes for kind in ("whole", "processor")}
    return {"compartments": summary["compartments"], "tstop": tstop, "bytes": (folder / "out/v.h5").stat().st_size, "seconds": seconds, "seconds_of_a_flush": one,
            "loss": seconds["default"]["whole"]["median"] / seconds["never"]["whole"]["median"] - 1, "loss_by_flushes": one["processor"] / INTERVAL}


def demo(rall, old, repeat, folder):
    config = ROOT / "examples/pyramidal/pyramidal.json"
    times = {rall: [], old: []}
    for i in range(repeat):
        # Who comes first has the warmer disk: in turns.
        for program in (rall, old) if i % 2 else (old, rall):
            times[program].append(timed([program, "run", config, "--quiet", "--output-dir", folder / f"demo-{program == old}"], folder))
    ratios = [statistics.median(new[i] / former[i] for new, former in zip(times[rall], times[old])) for i in (0, 1)]
    return {"seconds": {"new": summary_of(times[rall]), "old": summary_of(times[old])}, "ratio": ratios[0], "ratio_of_processor_times": ratios[1],
            "ratio_of_lowest": min(times[rall])[0] / min(times[old])[0]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rall", type=lambda p: Path(p).resolve(), default=ROOT / "build/release/bin/rall")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--tstop", type=float, default=100, help="ms of the million compartments; 0 leaves them out")
    parser.add_argument("--old", type=lambda p: Path(p).resolve())
    parser.add_argument("--output", type=Path)
    given = parser.parse_args()
    results = {"date": str(date.today()), "machine": platform.machine(), "cores": os.cpu_count()}
    with tempfile.TemporaryDirectory(dir=os.environ.get("TORTURE_DIR")) as folder:
        if given.tstop:
            results["flushing"] = flushing(given.rall, given.repeat, given.tstop, Path(folder))
        if given.old:
            results["demo"] = demo(given.rall, given.old, 5 * given.repeat, Path(folder))
    text = json.dumps(results, indent=2)
    print(text)
    if given.output:
        given.output.write_text(text + "\n")
    found = {**results.get("flushing", {}), **results.get("demo", {})}
    bad = [name for name, goal in GOALS.items() if found.get(name, 0) > goal]
    if bad:
        print(f"above its goal: {', '.join(bad)}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
