#!/usr/bin/python3
"""How time and memory of a step grow from 10^2 to 10^7 compartments with hh, and how long a command takes until its first step.

    bench/sizes.py [--rall build/release/bin/rall] [--repeat 5] [--largest 7] [--output bench/results/NAME.json]

Time is that of the time loop, by the clock, one thread; memory the peak of the whole process less that of the smallest model. The first step is that of
examples/pyramidal, whose mechanisms were compiled before: all of `rall run --tstop 0.025 --no-html`, writing of results included.
"""
import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cases
import rall_side
from rall_side import ROOT, Rall, in_words, spread

GOALS = {"flat": 1.2, "bytes_per_compartment": 150, "first_step_s": 0.25}  # from 10^4 on; 1.5 GB for 10^7
WORK = 2e8  # compartments times steps of a run, where that is 20 steps or more


def model(exponent):
    """Hodgkin-Huxley in cells of 1000 compartments, or in one of 100."""
    cells = max(1, 10 ** exponent // 1000)
    steps = min(40_000, max(20, WORK / 10 ** exponent))
    config = cases.hh_everywhere(cells, steps * 0.025)
    if exponent < 3:
        config["cells"]["cell"]["stylized"] = cases.branched(11, 9, 1)
    return config


def sizes(rall, largest, repeat, folder):
    results = {}
    for exponent in range(2, largest + 1):
        config = folder / f"size_{exponent}.json"
        config.write_text(json.dumps(model(exponent)))
        runs = [rall.once(config)[1] for _ in range(repeat)]
        results[exponent] = {"compartments": runs[0]["compartments"], "steps": runs[0]["steps"], "peak_memory_bytes": runs[0]["peak_memory_bytes"],
                             "ns": spread([1e9 * run["seconds"]["time_loop"] / run["compartments"] / run["steps"] for run in runs])}
        bytes_ = (runs[0]["peak_memory_bytes"] - results[2]["peak_memory_bytes"]) / runs[0]["compartments"]
        results[exponent]["bytes_per_compartment"] = bytes_
        print(f"10^{exponent} compartments: {in_words(results[exponent]['ns'], 2)} ns each and step, {bytes_:.0f} bytes", flush=True)
    return results


def first_step(program, repeat, folder):
    command = [program, "run", ROOT / "examples" / "pyramidal" / "pyramidal.json", "--tstop", "0.025", "--no-html", "--quiet", "--output-dir", folder / "out"]
    seconds = []
    for _ in range(repeat + 1):  # the first compiles what is not cached
        begin = time.perf_counter()
        if subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
            sys.exit("rall failed on examples/pyramidal")
        seconds.append(time.perf_counter() - begin)
    print(f"first step after {in_words(spread(seconds[1:]), 3)} s")
    return spread(seconds[1:])


def missed(results, first):
    from_four = {exponent: r for exponent, r in results.items() if exponent >= 4}
    times = [r["ns"]["median"] for r in from_four.values()]
    checks = {"flat": max(times, default=1) / min(times, default=1) <= GOALS["flat"], "first_step_s": first["median"] <= GOALS["first_step_s"],
              "bytes_per_compartment": all(r["bytes_per_compartment"] <= GOALS["bytes_per_compartment"] for e, r in results.items() if e >= 6)}
    return [name for name, good in checks.items() if not good]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rall", default=rall_side.PROGRAM)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--largest", type=int, default=7)
    parser.add_argument("--output", type=Path, help="write the figures as JSON to this file")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        results = sizes(Rall(arguments.rall, folder), arguments.largest, arguments.repeat, folder)
        first = first_step(arguments.rall, arguments.repeat, folder)
    if arguments.output:
        rall_side.write(arguments.output, arguments.rall, arguments.repeat, sizes=results, first_step_s=first, goals=GOALS)
    if below := missed(results, first):
        sys.exit("below the goal: " + ", ".join(below))


if __name__ == "__main__":
    main()
