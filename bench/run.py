#!/usr/bin/python3
"""Rall against its peers on one core, the same models, alternating in one run; prints ratios of the time loops. And the kernel of
hh.mod against loops written by hand.

    bench/run.py [--rall build/release/bin/rall] [--peer neuron --peer coreneuron --peer arbor] [--before OTHER/rall] [--single] [--repeat 7] [--case NAME]
                 [--hay DIR] [--output bench/results/NAME.json]

A ratio is a peer's seconds over Rall's of the same round; the median over rounds is reported, with the smallest and the largest. Answers are compared
before a time counts: as many compartments; of NEURON (whose hh has a TABLE of rates) as many spikes; of CoreNEURON the same spikes in the same steps; of
Arbor (whose steps approximate exp, and whose sections join elsewhere) as many spikes, but for the last before the end, and the largest difference is
told. Peers are at their best settings (peers.py). With --before, another Rall takes part in every round: its seconds and how long the first takes for
each of them.
"""
import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import cases
import rall_side
from peers import Peers
from rall_side import ROOT, Rall, in_words, spread

# How much faster than a peer, at least; of silent than our fixed steps, of hh_loop than written by hand.
GOALS = {"neuron": {"hh_everywhere": 15, "ring": 7.5, "markov": 5, "real_cell": 10, "real_cells": 12, "sparse": 3},
         "coreneuron": {"hh_everywhere": 6, "ring": 6.5, "real_cell": 3.6, "real_cells": 3.6},
         "arbor": {"hh_everywhere": 3.3, "ring": 6.8, "real_cell": 2.4, "real_cells": 2.5}}  # W3 is Hay's cell where --hay says where it is
OWN_GOALS = {"silent": 5, "hh_loop": 1 / 1.1}
CASES = [*GOALS["neuron"], *OWN_GOALS]


def agree(who, name, theirs, ours, dt):
    """The largest difference of spikes in ms; ends the program where the answers are others."""
    if who == "neuron":
        same = len(theirs) == len(ours)
    elif who == "coreneuron":
        same = theirs == ours
    else:
        theirs = sorted([gid, time / dt] for gid, time in theirs)
        counts = [{gid: sum(1 for other, _ in spikes if other == gid) for gid, _ in spikes} for spikes in (theirs, ours)]
        same = all(abs(counts[0].get(gid, 0) - n) <= 1 for gid, n in counts[1].items())
    if not same:
        sys.exit(f"{name}: {who} has {len(theirs)} spikes, Rall {len(ours)}, or in other steps")
    trains = [{}, {}]
    for train, spikes in zip(trains, (theirs, ours)):
        for gid, step in spikes:
            train.setdefault(gid, []).append(step)
    return max((abs(a - b) * dt for gid, mine in trains[1].items() for a, b in zip(trains[0].get(gid, []), mine)), default=0)


def compare(rounds):
    """Rounds of (before, after), in seconds: after over before."""
    result = spread([after / before for before, after in rounds]) | {"of_best": min(r[1] for r in rounds) / min(r[0] for r in rounds)}
    print(f"{'':15} takes {in_words(result, 3)} of the time of before; best round over best round {result['of_best']:.3f}", flush=True)
    return result


def measure(name, rall, before, single, peers, repeat, folder):
    config, in_single = folder / f"{name}.json", folder / f"{name}-single.json"
    model = cases.ALL[name]()
    config.write_text(json.dumps(model))
    model["run"]["precision"] = "single"
    in_single.write_text(json.dumps(model))
    dt = json.loads(config.read_text())["run"]["dt"]
    asked = {who: getattr(peers, who) for who in peers.asked if name in GOALS[who]}
    seconds, differences = {who: [] for who in ("rall", "before", "single", *asked)}, {}
    for _ in range(repeat):
        if before:
            seconds["before"].append(before.once(config)[1]["seconds"]["time_loop"])
        if single:
            seconds["single"].append(rall.once(in_single)[1]["seconds"]["time_loop"])
            spikes_in_single = rall.spikes(dt)
        _, ours = rall.once(config)
        seconds["rall"].append(ours["seconds"]["time_loop"])
        spikes = rall.spikes(dt)
        for who, run in asked.items():
            theirs = run(config, folder)
            if theirs["compartments"] != ours["compartments"]:
                sys.exit(f"{name}: {who} has {theirs['compartments']} compartments, Rall {ours['compartments']}")
            differences[who] = {"spikes": len(theirs["spikes"]), "largest_difference_ms": agree(who, name, theirs["spikes"], spikes, dt),
                                "version": theirs["version"]}
            seconds[who].append(theirs["seconds"])
    work = ours["compartments"] * ours["steps"] / 1e9
    result = {"what": cases.ALL[name].__doc__, "compartments": ours["compartments"], "steps": ours["steps"], "spikes": len(spikes),
              "ns": spread([s / work for s in seconds["rall"]]), "bytes_per_compartment": ours["bytes"]["total"] / ours["compartments"], "peers": {}}
    print(f"{name:15} {in_words(result['ns'], 2)} ns per compartment and step   {result['bytes_per_compartment']:.0f} bytes per compartment   "
          f"{len(spikes)} spikes", flush=True)
    for who in asked:
        ratio = spread([theirs / mine for theirs, mine in zip(seconds[who], seconds["rall"])])
        result["peers"][who] = ratio | differences[who] | {"goal": GOALS[who][name], "ns": spread([s / work for s in seconds[who]])}
        print(f"{'':15} {in_words(ratio)} times faster than {who} (goal {GOALS[who][name]}), which takes {in_words(result['peers'][who]['ns'], 1)} ns; "
              f"{differences[who]['spikes']} spikes, at most {differences[who]['largest_difference_ms']:.3f} ms away", flush=True)
    if single:
        result["single_precision"] = spread([double / mine for double, mine in zip(seconds["rall"], seconds["single"])]) | {
            "ns": spread([s / work for s in seconds["single"]]), "largest_difference_ms": agree("neuron", name, spikes_in_single, spikes, dt)}
        print(f"{'':15} {in_words(result['single_precision'], 2)} times faster in single precision; spikes at most "
              f"{result['single_precision']['largest_difference_ms']:.3f} ms away", flush=True)
    if before:
        result["over_before"] = compare(list(zip(seconds["before"], seconds["rall"])))
    return result


def silent(rall, repeat, folder):
    config = {method: folder / f"silent_{method}.json" for method in ("cvode", 0)}
    for method, file in config.items():
        file.write_text(json.dumps(cases.silent(method=method)))
    rounds = [(rall.once(config[0])[1], rall.once(config["cvode"])[1]) for _ in range(repeat)]
    fixed, variable = rounds[-1]
    result = spread([f["seconds"]["time_loop"] / v["seconds"]["time_loop"] for f, v in rounds]) | {
        "what": cases.silent.__doc__, "goal": OWN_GOALS["silent"], "steps": {"fixed": fixed["steps"], "variable": variable["steps"]}}
    print(f"{'silent':15} {in_words(result)} times faster than fixed steps (goal {OWN_GOALS['silent']})   "
          f"{fixed['steps']} -> {variable['steps']} steps", flush=True)
    return result


def hh_loop(binary):
    """Hodgkin and Huxley's currents and states: hand-written loops over those translated from hh.mod, nothing else of a step."""
    done = subprocess.run([Path(binary).parent / "rall_hh_loop"], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"rall_hh_loop failed:\n{done.stderr}")
    times = json.loads(done.stdout)
    total = {who: times[who]["current"] + times[who]["state"] for who in times}
    result = {"what": hh_loop.__doc__, "median": total["hand_written"] / total["generated"], "goal": OWN_GOALS["hh_loop"], "ns": times}
    print(f"{'hh_loop':15} {result['median']:.2f} times faster than written by hand (goal {OWN_GOALS['hh_loop']:.2f})   "
          f"{total['hand_written']:.2f} -> {total['generated']:.2f} ns per compartment and step", flush=True)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rall", default=rall_side.PROGRAM)
    parser.add_argument("--before", help="a program of before a change, measured in the same rounds")
    parser.add_argument("--single", action="store_true", help="rates in single precision take part, too")
    parser.add_argument("--peer", action="append", choices=GOALS, help="default: neuron")
    parser.add_argument("--environment", type=Path, default=ROOT / "build" / "peers", help="where the peers of PyPI are, or come")
    parser.add_argument("--repeat", type=int, default=7)
    parser.add_argument("--case", action="append", choices=CASES)
    parser.add_argument("--hay", type=Path, metavar="DIR", help="ModelDB 139653, unpacked: its cell takes the place of our own reconstructed one")
    parser.add_argument("--output", type=Path, help="write the figures as JSON to this file")
    arguments = parser.parse_args()
    if arguments.hay:
        cases.ALL |= {"real_cell": cases.hay(arguments.hay.resolve(), 1), "real_cells": cases.hay(arguments.hay.resolve(), 16)}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rall, before = Rall(arguments.rall, folder), arguments.before and Rall(arguments.before, folder)
        peers = Peers(arguments.environment, arguments.peer or ["neuron"])
        others = {"hh_loop": lambda: hh_loop(arguments.rall), "silent": lambda: silent(rall, arguments.repeat, folder)}
        results = {case: others[case]() if case in others else measure(case, rall, before, arguments.single, peers, arguments.repeat, folder)
                   for case in arguments.case or CASES}
    if arguments.output:
        rall_side.write(arguments.output, arguments.rall, arguments.repeat, cases=results)
    missed = [f"{case} against {who}" for case, result in results.items() for who, found in result.get("peers", {"itself": result}).items()
              if found["median"] < found["goal"]]
    if missed:
        sys.exit("below the goal: " + ", ".join(missed))


if __name__ == "__main__":
    main()
