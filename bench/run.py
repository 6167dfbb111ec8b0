#!/usr/bin/python3
"""Rall against NEURON on one core, the same models, alternating in one run; prints ratios of the time loops. And the kernel of
hh.mod against loops written by hand.

    bench/run.py --rall build/release/bin/rall [--before OTHER/rall] [--repeat 5] [--case NAME] [--output bench/results/NAME.json]

A ratio is NEURON's seconds over Rall's of the same round; the median over rounds is reported, with the smallest and the largest.
With --before, another Rall takes part in every round: its seconds and how long the first takes for each of them.
"""
import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

import cases

ROOT = Path(__file__).resolve().parent.parent
GOALS = {"hh_everywhere": 9, "ring": 4, "markov": 5, "real_cell": 6, "real_cells": 6, "sparse": 3, "silent": 5, "hh_loop": 1 / 1.1}


def neuron(config, build_dir):
    done = subprocess.run(["/usr/bin/python3", str(ROOT / "bench" / "neuron_side.py"), str(config),
                           str(ROOT / "mechanisms" / "builtin"), str(build_dir)],
                          capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"NEURON failed on {config}:\n{done.stderr}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def rall(binary, config, folder):
    summary = folder / "summary.json"
    done = subprocess.run([binary, "run", str(config), "--threads", "1", "--no-html", "--output-dir", str(folder / "out"),
                           "--summary", str(summary)], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"rall failed on {config}:\n{done.stderr}")
    return json.loads(summary.read_text())


def processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def compare(rounds):
    """Rounds of (before, after), in seconds: after over before."""
    ratios = [after / before for before, after in rounds]
    result = {"ratio": statistics.median(ratios), "lowest": min(ratios), "highest": max(ratios), "of_best": min(r[1] for r in rounds) / min(r[0] for r in rounds)}
    print(f"{'':15} takes {result['ratio']:.3f} of the time of before ({result['lowest']:.3f} to {result['highest']:.3f}; "
          f"best round over best round {result['of_best']:.3f})", flush=True)
    return result


def measure(name, binary, before, repeat, folder):
    config = folder / f"{name}.json"
    config.write_text(json.dumps(cases.ALL[name]()))
    rounds = [(neuron(config, folder / "nrn"), *(rall(program, config, folder) for program in (binary, before) if program)) for _ in range(repeat)]
    ratios = [r[0]["seconds"] / r[1]["seconds"]["time_loop"] for r in rounds]
    theirs, ours = rounds[-1][:2]
    if theirs["compartments"] != ours["compartments"]:
        sys.exit(f"{name}: NEURON has {theirs['compartments']} compartments, Rall {ours['compartments']}")
    work = ours["compartments"] * ours["steps"]
    result = {"what": cases.ALL[name].__doc__, "ratio": statistics.median(ratios), "lowest": min(ratios), "highest": max(ratios),
              "goal": GOALS[name], "compartments": ours["compartments"], "steps": ours["steps"],
              "neuron_ns": statistics.median(r[0]["seconds"] for r in rounds) / work * 1e9,
              "rall_ns": statistics.median(r[1]["seconds"]["time_loop"] for r in rounds) / work * 1e9,
              "bytes_per_compartment": ours["bytes"]["total"] / ours["compartments"],
              "neuron_spikes": theirs["spikes"], "rall_spikes": ours["spikes"], "neuron": theirs["version"]}
    print(f"{name:15} {result['ratio']:6.1f} times faster ({result['lowest']:.1f} to {result['highest']:.1f}; goal {GOALS[name]})   "
          f"{result['neuron_ns']:6.1f} -> {result['rall_ns']:5.1f} ns per compartment and step   "
          f"{result['bytes_per_compartment']:.0f} bytes per compartment   spikes {theirs['spikes']} / {ours['spikes']}", flush=True)
    if before:
        result["over_before"] = compare([(r[2]["seconds"]["time_loop"], r[1]["seconds"]["time_loop"]) for r in rounds])
    return result


def silent(binary, repeat, folder):
    config = {method: folder / f"silent_{method}.json" for method in ("cvode", 0)}
    for method, file in config.items():
        file.write_text(json.dumps(cases.silent(method=method)))
    rounds = [(rall(binary, config[0], folder), rall(binary, config["cvode"], folder)) for _ in range(repeat)]
    ratios = [fixed["seconds"]["time_loop"] / variable["seconds"]["time_loop"] for fixed, variable in rounds]
    fixed, variable = rounds[-1]
    result = {"what": cases.silent.__doc__, "ratio": statistics.median(ratios), "lowest": min(ratios), "highest": max(ratios), "goal": GOALS["silent"],
              "steps": {"fixed": fixed["steps"], "variable": variable["steps"]}}
    print(f"{'silent':15} {result['ratio']:6.1f} times faster than fixed steps ({result['lowest']:.1f} to {result['highest']:.1f}; "
          f"goal {GOALS['silent']})   {fixed['steps']} -> {variable['steps']} steps", flush=True)
    return result


def hh_loop(binary):
    """Hodgkin and Huxley's currents and states: hand-written loops over those translated from hh.mod, nothing else of a step."""
    done = subprocess.run([Path(binary).parent / "rall_hh_loop"], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"rall_hh_loop failed:\n{done.stderr}")
    times = json.loads(done.stdout)
    total = {who: times[who]["current"] + times[who]["state"] for who in times}
    result = {"what": hh_loop.__doc__, "ratio": total["hand_written"] / total["generated"], "goal": GOALS["hh_loop"], "ns": times}
    print(f"{'hh_loop':15} {result['ratio']:6.2f} times faster than written by hand (goal {GOALS['hh_loop']:.2f})   "
          f"{total['hand_written']:.2f} -> {total['generated']:.2f} ns per compartment and step", flush=True)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rall", default=str(ROOT / "build" / "release" / "bin" / "rall"))
    parser.add_argument("--before", help="a program of before a change, measured in the same rounds")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--case", action="append", choices=sorted(GOALS))
    parser.add_argument("--output", type=Path, help="write the figures as JSON to this file")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        others = {"hh_loop": lambda: hh_loop(arguments.rall), "silent": lambda: silent(arguments.rall, arguments.repeat, Path(folder))}
        results = {name: others[name]() if name in others else measure(name, arguments.rall, arguments.before, arguments.repeat, Path(folder))
                   for name in arguments.case or GOALS}
    if arguments.output:
        version = subprocess.run([arguments.rall, "--version"], capture_output=True, text=True).stdout.strip().splitlines()
        arguments.output.write_text(json.dumps({"date": str(date.today()), "processor": processor(), "cores": os.cpu_count(),
                                                "rall": version, "repeat": arguments.repeat, "cases": results}, indent=1) + "\n")
    missed = [name for name, result in results.items() if result["ratio"] < GOALS[name]]
    if missed:
        sys.exit("below the goal: " + ", ".join(missed))


if __name__ == "__main__":
    main()
