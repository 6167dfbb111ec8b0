#!/usr/bin/python3
"""Networks: Rall against NEURON 8.2.2 and CoreNEURON, what a delivered event costs, and how time grows with cells and threads.

    bench/network.py [--rall build/release/bin/rall] [--part speed|events|growth|threads] [--repeat 5] [--output bench/results/NAME.json]

The network is cases.network(). All simulators alternate in one run, one thread each, and their spikes must lie in the same steps before
a time counts. Times are the processor's in the time loop (of Rall: of a run less that of the same run cut after one step), so that others on the machine
disturb little; only for two threads against one they are those of the clock. CoreNEURON comes with NEURON 9 from PyPI, in a virtual environment of
this script's (--environment), its mechanisms compiled for this processor.
"""
import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path

import cases
import rall_side
from peers import Peers
from rall_side import ROOT, Rall, in_words, spread

GOALS = {"faster_than_neuron": 6, "faster_than_coreneuron": 4, "ns_per_event": 60, "growth": 1.25, "threads": 1.85}


def write(folder, name, **options):
    file = folder / f"{name}.json"
    if not file.exists():
        file.write_text(json.dumps(cases.network(**options)))
    return file


def speed(rall, arguments, folder):
    """1,000 cells against NEURON and CoreNEURON."""
    config = write(folder, "speed", tstop=arguments.tstop)
    peers, rounds = Peers(arguments.environment), []
    for _ in range(arguments.repeat):
        theirs, core = peers.neuron(config, folder, "--exact"), peers.coreneuron(config, folder)
        expected, of_core = theirs["spikes"], core["spikes"]
        ours, summary = rall.loop(config)
        spikes = rall.spikes()
        if not spikes == expected == of_core:
            sys.exit(f"spikes differ: NEURON {len(expected)}, CoreNEURON {len(of_core)}, Rall {len(spikes)}")
        rounds.append((theirs["processor"], core["processor"], ours))
    work = summary["compartments"] * summary["steps"]
    result = {"cells": summary["cells"], "compartments": summary["compartments"], "connections": summary["connections"], "steps": summary["steps"],
              "spikes": len(spikes), "versions": [theirs["version"], core["version"]],
              "ns_per_compartment_and_step": {who: statistics.median(r[k] for r in rounds) / work * 1e9 for k, who in enumerate(("neuron", "coreneuron", "rall"))},
              "faster_than_neuron": spread([r[0] / r[2] for r in rounds]), "faster_than_coreneuron": spread([r[1] / r[2] for r in rounds])}
    print(f"speed     {in_words(result['faster_than_neuron'])} times NEURON's, {in_words(result['faster_than_coreneuron'])} times CoreNEURON's; "
          f"{len(spikes)} spikes in the same steps", flush=True)
    return result


def events(rall, arguments, folder):
    """Two runs that differ in connections only, which have no weight; cells of one compartment, since a thousandth of a long run would tell nothing."""
    common = {"tstop": 1000, "dendrites": 0, "synapses": 10, "weight": 0}
    without, result = write(folder, "events_0", heard=0, **common), {}
    for heard in (100, 1000):
        config, costs = write(folder, f"events_{heard}", heard=heard, **common), []
        for _ in range(arguments.repeat * (3 if heard == 100 else 1)):  # a small difference
            (base, _), (full, summary) = rall.loop(without), rall.loop(config)
            costs.append((full - base) / (summary["spikes"] * heard) * 1e9)  # each is heard so often, on average
        result[f"{heard * 1000} connections"] = spread(costs)
        print(f"events    {in_words(result[f'{heard * 1000} connections'])} ns each, {heard * 1000} connections", flush=True)
    return result


def growth(rall, arguments, folder):
    """Nanoseconds per cell and step, the same network of more cells."""
    result = {}
    for cells in (100, 1000, 5000, 20000):
        config = write(folder, f"growth_{cells}", cells=cells, tstop=50 if cells < 5000 else 20)
        loops = [rall.loop(config) for _ in range(max(1, arguments.repeat // 2))]
        seconds = [loop / summary["steps"] / cells for loop, summary in loops]
        result[cells] = {"ns_per_cell_and_step": spread([1e9 * s for s in seconds]), "peak_memory_bytes": loops[-1][1]["peak_memory_bytes"]}
        print(f"growth    {cells:6} cells: {in_words(result[cells]['ns_per_cell_and_step'], 0)} ns per cell and step", flush=True)
    return result


def threads(rall, arguments, folder):
    """One thread's time over that of two, by the clock."""
    config = write(folder, "speed", tstop=arguments.tstop)
    seconds = [[rall.once(config, n)[1]["seconds"]["time_loop"] for n in (1, 2)] for _ in range(arguments.repeat)]
    result = spread([one / two for one, two in seconds])
    print(f"threads   two are {in_words(result, 2)} times as fast as one", flush=True)
    return result


def missed(results):
    """What lies below its goal."""
    of_speed, of_events, cells = results.get("speed"), results.get("events", {}), results.get("growth")
    checks = [(name, of_speed[name]["median"] >= GOALS[name]) for name in ("faster_than_neuron", "faster_than_coreneuron") if of_speed]
    checks += [(f"ns_per_event, {name}", cost["median"] < GOALS["ns_per_event"]) for name, cost in of_events.items()]
    if cells:
        times = [cells[n]["ns_per_cell_and_step"]["lowest"] for n in cells]
        checks.append(("growth", times[-1] <= GOALS["growth"] * times[1]))
    if "threads" in results:
        checks.append(("threads", results["threads"]["median"] >= GOALS["threads"]))
    return [name for name, good in checks if not good]


def main():
    parts = {part.__name__: part for part in (speed, events, growth, threads)}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rall", default=rall_side.PROGRAM)
    parser.add_argument("--environment", type=Path, default=ROOT / "build" / "peers")
    parser.add_argument("--part", action="append", choices=parts)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--tstop", type=float, default=100, help="ms, of the network that is compared")
    parser.add_argument("--output", type=Path, help="write the figures as JSON to this file")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rall = Rall(arguments.rall, Path(folder))
        results = {name: parts[name](rall, arguments, Path(folder)) for name in arguments.part or parts}
    if arguments.output:
        rall_side.write(arguments.output, arguments.rall, arguments.repeat, network=results)
    if below := missed(results):
        sys.exit("below the goal: " + ", ".join(below))


if __name__ == "__main__":
    main()
