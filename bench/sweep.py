#!/usr/bin/python3
"""A sweep of a real cell in Rall and in NEURON, on one core: the same members, Rall's whole process against NEURON's loop over members.

    bench/sweep.py --rall build/release/bin/rall [--members 1000] [--neuron-members 1000] [--output bench/results/NAME.json]

NEURON builds the cell once; for each member it sets the parameters, initialises and runs (fixed step, cache_efficient). Its time is that
of the loop alone. Times are seconds of the processor, so that other work of the machine counts less. With fewer members in NEURON they are spread over the whole list, and the ratio is that of the times per member.
Members must spike equally often in both.
"""
import argparse
import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import cases
from rall_side import processor

ROOT = Path(__file__).resolve().parent.parent
GOAL = 8
MECHANISMS = "cells.cell.biophysics.regions.{}.mechanisms.{}"
# Column: region, mechanism, parameter and range of the factor.
SCALED = {"soma NaTs": ("soma", "NaTs", "gbar", 0.5, 2), "soma Kv3_1": ("soma", "Kv3_1", "gbar", 0.5, 2), "soma Im": ("soma", "Im", "gbar", 0.25, 4),
          "Ih": ("all", "Ih", "gbar", 0.5, 2), "apic Ca_HVA": ("apic", "Ca_HVA", "gbar", 0.25, 4)}


def description(members, config):
    parameters = {"I": {"path": "inputs.step.amp_start", "values": {"from": 0.2, "to": 0.8}}}
    for name, (region, mechanism, parameter, low, high) in SCALED.items():
        parameters[name] = {"path": MECHANISMS.format(region, mechanism) + "." + parameter, "scale": True,
                            "values": {"from": low, "to": high, "log": True}}
    return {"config": config, "combine": "latin_hypercube", "members": members, "seed": 1, "parameters": parameters,
            "features": {"threshold": -30}}


def neuron(config_file, table_file, build_dir):
    """Runs the members of a table one after the other; prints seconds and spikes of each as JSON."""
    sys.path.insert(0, str(ROOT / "tests" / "neuron"))
    import reference
    from neuron import h
    model = reference.Model(Path(config_file), ROOT / "mechanisms" / "builtin", Path(build_dir))
    settings, conditions = model.config["run"], model.config["conditions"]
    cell, clamp = model.cells[0], model.keep[-1]
    h.CVode().active(0)
    h.CVode().cache_efficient(1)
    h.celsius, h.dt = conditions["celsius"], settings["dt"]
    h("proc advance_to() { while (t < $1 - dt/2) { fadvance() } }")
    spikes = model.spikes[0][1]
    varied = {}
    for name, (region, mechanism, parameter, _, _) in SCALED.items():
        sections = cell.sections.values() if region == "all" else cell.regions[region]
        owners = [getattr(segment, mechanism) for section in sections for segment in section]
        varied[name] = [(owner, parameter, getattr(owner, parameter)) for owner in owners]
    with open(table_file, newline="") as file:
        rows = list(csv.DictReader(file))
    counts, begin = [], time.process_time()
    for row in rows:
        clamp.amp = float(row["I"])
        for name, owners in varied.items():
            factor = float(row[name])
            for owner, parameter, value in owners:
                setattr(owner, parameter, factor * value)
        h.finitialize(conditions["v_init"])
        h.advance_to(settings["tstop"])
        counts.append(len(spikes))
    print(json.dumps({"seconds": time.process_time() - begin, "spikes": counts, "version": h.nrnversion()}))


def used_by_children():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rall", default=str(ROOT / "build" / "release" / "bin" / "rall"))
    parser.add_argument("--members", type=int, default=1000)
    parser.add_argument("--neuron-members", type=int)
    parser.add_argument("--output", type=Path)
    arguments = parser.parse_args()
    count = min(arguments.members, arguments.neuron_members or arguments.members)
    with tempfile.TemporaryDirectory() as holder:
        folder = Path(holder)
        config = cases.real_cell(1)(200)
        (folder / "config.json").write_text(json.dumps(config))
        (folder / "sweep.json").write_text(json.dumps(description(arguments.members, config)))
        begin = used_by_children()
        subprocess.run([arguments.rall, "sweep", folder / "sweep.json", "--threads", "1", "--quiet", "--output-dir", folder / "out"],
                       check=True, stderr=subprocess.DEVNULL)
        ours = used_by_children() - begin
        with open(folder / "out" / "sweep.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        chosen = rows[::max(1, len(rows) // count)][:count]
        with open(folder / "table.csv", "w", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(chosen)
        done = subprocess.run([sys.executable, __file__, "--in-neuron", folder / "config.json", folder / "table.csv", folder / "nrn"],
                              capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"NEURON failed:\n{done.stderr}")
    theirs = json.loads(done.stdout.strip().splitlines()[-1])
    different = sum(int(float(row["Spikecount"])) != spikes for row, spikes in zip(chosen, theirs["spikes"], strict=True))
    ratio = (theirs["seconds"] / len(chosen)) / (ours / len(rows))
    print(f"{len(rows)} members in Rall {ours:.1f} s, {len(chosen)} in NEURON {theirs['seconds']:.1f} s: {ratio:.1f} times faster (goal {GOAL}); "
          f"{sum(theirs['spikes'])} spikes, {different} members differ")
    if arguments.output:
        arguments.output.write_text(json.dumps({"date": str(date.today()), "processor": processor(), "cores": os.cpu_count(), "members": len(rows), "seconds": ours, "neuron_members": len(chosen), "neuron_seconds": theirs["seconds"],
                                                "ratio": ratio, "goal": GOAL, "spikes": sum(theirs["spikes"]), "members_that_differ": different,
                                                "neuron": theirs["version"]}, indent=1) + "\n")
    if different or ratio < GOAL:
        sys.exit("below the goal, or different spikes")


if __name__ == "__main__":
    if "--in-neuron" in sys.argv:
        neuron(*sys.argv[2:])
    else:
        main()
