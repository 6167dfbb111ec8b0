#!/usr/bin/python3
"""A random balanced network in Rall and in NEURON: cells with dendrites, noise, gap junctions, and synapses that change with the times of spikes.

    balanced.py RALL BUILTIN_DIR BUILD_DIR [--cells 500] [--ms 500] [--dt 0.025] [--seed 1] [--grid MS] [--keep FOLDER]

Four of five cells excite, one inhibits; all hear a few dozen others with delays that are no multiples of the step, and a bombardment drawn
from a generator that is exact in both programs. Inhibitory cells are coupled by half gaps; connections between excitatory cells are plastic (STDP).
Every spike must fall into the same step, and weights at the end must agree. Prints how the difference of potentials develops, and how that of a
second run in Rall from potentials 1e-6 mV away: here both die out, since spikes come at whole steps and only one that moves by a step tells
others. Where spikes differ, the first of them, and what differed in its cell before. Within Rall, spikes, potentials and weights must have the
same bits whatever threads and groups, and whatever the order in which connections are listed.

What differs is rounding: exp, the order of elimination, v(t+dt) as the unknown instead of its change; and NEURON's t, a sum of half steps, which after
500 ms of 0.025 ms is 1e-9 ms off. With a dt that is exact (0.03125) weights agree to the last digit or two. An event that lies
as near to the middle of a step is delivered in another step: those of the bombardment are told. With --grid events of one time, whose order decides
how weights change, must come in NEURON's order too: that asks for an exact dt, since sums of other ones are not equal in NEURON. The full size takes 25 s on two cores.
"""
import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import h5py
import numpy
import reference
from compare import rall

MODS = Path(__file__).resolve().parent / "mods"
PLASTIC, FIXED, INHIBITORY = 16, 32, 16  # connections: to each plastic synapse (two on a cell), to others
WMAX = 0.0012  # uS
SAMPLED = 4  # steps between two samples of potentials


def network(cells, ms, dt, seed, grid=None):
    """The config. Lists of connections are complete, so that both programs read the same. `grid`: delays are multiples of it, ms."""
    random = numpy.random.default_rng(seed)
    n_exc = cells * 4 // 5
    n_inh = cells - n_exc

    def biophysics(soma):
        return {"regions": {"all": {"cm": 1, "Ra": 120}, "soma": {"mechanisms": {"traub": soma}},
                            "dend": {"mechanisms": {"pas": {"g": 5e-5, "e": -65}}}}}

    def connect(source, n_sources, target, n_targets, indegree, weight, own=lambda target: -1):
        """`indegree` different sources to each target but the cell that it sits on; by source, since that is Rall's order of FOR_NETCONS."""
        pairs = sorted((int(s), t) for t in range(n_targets)
                       for s in random.permutation([s for s in range(n_sources) if s != own(t)])[:indegree])
        return {"source": source, "target": target, "pairs": {"source": [s for s, _ in pairs], "target": [t for _, t in pairs]},
                "weight": random.uniform(0.5*weight, 1.5*weight, len(pairs)).tolist(), "delay": delays(len(pairs), 3)}

    def delays(n, longest):
        drawn = random.uniform(0.5, longest, n)
        return (drawn if grid is None else numpy.maximum(1, numpy.round(drawn / grid))*grid).tolist()

    def bombardment(cell, n, **parameters):
        return {"mechanism": "Bombardment", "cells": cell, "location": "dend[0](0.5)",
                "parameters": {"seed": random.integers(1, 2**31 - 1, n).tolist(), **parameters}}

    gaps = [sorted(random.permutation(n_inh)[:2].tolist()) for _ in range(n_inh)]
    here = [f"inh[{i}]" for gap in gaps for i in gap]
    there = [f"inh[{i}]" for gap in gaps for i in reversed(gap)]
    indegree = {"plastic": min(PLASTIC, n_exc // 4), "fixed": min(FIXED, n_exc // 2), "inhibitory": min(INHIBITORY, n_inh // 2)}
    return {
        "mechanism_dirs": [str(MODS)],
        "cells": {
            "exc": {"count": n_exc, "biophysics": biophysics({}),
                    "stylized": [{"name": "soma", "L": 20, "diam": 20}, {"name": "dend[0]", "L": 120, "diam": 2.5, "nseg": 3},
                                 {"name": "dend[1]", "L": 200, "diam": 1.2, "nseg": 5, "parent": "dend[0]"},
                                 {"name": "dend[2]", "L": 250, "diam": 1, "nseg": 5, "parent": "dend[0]"}]},
            "inh": {"count": n_inh, "biophysics": biophysics({}),
                    "stylized": [{"name": "soma", "L": 15, "diam": 15}, {"name": "dend[0]", "L": 150, "diam": 1.2, "nseg": 5},
                                 {"name": "dend[1]", "L": 150, "diam": 1.2, "nseg": 5, "parent": "soma", "parent_x": 0}]}},
        "synapses": {
            "plastic": {"mechanism": "STDP", "cells": "exc", "location": ["dend[1](0.5)", "dend[2](0.5)"],
                        "parameters": {"wmax": WMAX, "until": ms - 2*dt}},
            "excitation": {"mechanism": "ExpSyn", "cells": "inh", "location": "dend[0](0.5)", "parameters": {"tau": 2, "e": 0}},
            "inhibition": {"mechanism": "ExpSyn", "cells": ["exc", "inh"], "location": "soma(0.5)", "parameters": {"tau": 8, "e": -80}},
            "noise_exc": bombardment("exc", n_exc, interval=0.3, excitation=0.0016, inhibition=0.001),
            "noise_inh": bombardment("inh", n_inh, interval=0.5, excitation=0.0012, inhibition=0.0008),
            "gap": {"mechanism": "HalfGap", "cells": here, "rule": "one_to_one", "location": "dend[1](0.5)",
                    "parameters": {"g": 2e-4}, "pointers": {"vgap": {"cells": there, "rule": "one_to_one", "location": "dend[1](0.5)", "variable_name": "v"}}}
        },
        "connections": [
            connect("exc", n_exc, "plastic", 2*n_exc, indegree["plastic"], WMAX/2, lambda target: target // 2),
            # spikes of the own cell
            {"source": "exc", "target": "plastic", "pairs": {"source": [i // 2 for i in range(2*n_exc)], "target": list(range(2*n_exc))},
             "weight": -1, "delay": delays(2*n_exc, 1)},
            connect("exc", n_exc, "excitation", n_inh, indegree["fixed"], 0.0006),
            connect("inh", n_inh, "inhibition", cells, indegree["inhibitory"], 0.003, lambda target: target - n_exc)],
        "run": {"tstop": ms, "dt": dt, "spike_threshold": -20},
        "conditions": {"celsius": 36, "v_init": -65},
        "reports": {"v": {"cells": ["exc", "inh"], "location": "soma(0.5)", "variable_name": "v", "dt": SAMPLED*dt}},
        "output": {"output_dir": "out"}
    }


def with_weights(config):
    """The config with reports of the weights at the end, in the order of FOR_NETCONS, the cell's own -1 among them."""
    run = config["run"]
    heard = len(config["connections"][0]["weight"]) // (2*config["cells"]["exc"]["count"]) + 1
    return config | {"reports": config["reports"] | {
        f"weight{k}": {"synapses": "plastic", "type": "synapse", "variable_name": f"weight[{k}]", "start_time": run["tstop"] - run["dt"]}
        for k in range(heard)}}


def shuffled(config, seed):
    """The same connections, listed in another order."""
    random = numpy.random.default_rng(seed)
    result = []
    for entry in config["connections"]:
        order = random.permutation(len(entry["pairs"]["source"]))
        lists = {key: [entry[key][k] for k in order] for key in ("weight", "delay") if isinstance(entry[key], list)}
        result.append(entry | lists | {"pairs": {key: [values[k] for k in order] for key, values in entry["pairs"].items()}})
    return config | {"connections": result[::-1]}


def written(config, path):
    path.write_text(json.dumps(config))
    return path


def last_weights(reports):
    """[synapse, connection], uS, by source."""
    table = numpy.array([reports[f"weight{k}"][-1] for k in range(sum(name.startswith("weight") for name in reports))]).T
    return numpy.array([row[row >= 0] for row in table])


def same_bits(program, config, folder):
    """Reports and spikes of Rall, after it has been seen that nothing changes them that must not."""
    config = with_weights(config)
    plain = written(config, folder / "plain.json")
    runs = {"1 thread, one group": (plain, "--threads", "1", "--group-bytes", "1000000000"), "2 threads": (plain, "--threads", "2"),
            "2 threads, small groups": (plain, "--threads", "2", "--group-bytes", "20000"),
            "connections shuffled": (written(shuffled(config, 1), folder / "shuffled.json"), "--threads", "2")}
    first = None
    for i, (name, (path, *options)) in enumerate(runs.items()):
        begin = time.monotonic()
        reports, spikes = rall(program, path, folder / str(i), *options)
        print(f"Rall, {name}: {time.monotonic() - begin:.1f} s")
        first = first or (reports, spikes)
        different = [key for key in first[0] if not numpy.array_equal(first[0][key], reports[key])]
        if different or spikes != first[1]:
            sys.exit(f"Rall: {name} gives other {', '.join(different)}{' and spikes' if spikes != first[1] else ''}")
    return first


def in_neuron(path, builtin_dir, build_dir):
    """Result of reference.py, and the weights at the end as last_weights gives them."""
    begin = time.monotonic()
    model = reference.Model(path, Path(builtin_dir), build_dir)
    built = time.monotonic()
    result = model.run()
    print(f"NEURON: {built - begin:.1f} s to build, {time.monotonic() - built:.1f} s to run")
    table = [list(synapse.weight)[:round(synapse.heard)] for synapse in model.synapses["plastic"]]
    return result, numpy.array([[w for w in row if w >= 0] for row in table])


def told_apart(config):
    """Events of the bombardment that NEURON delivers in another step, because its t is a sum: [(cell, ms)]. Theirs are sums in both programs."""
    run = config["run"]
    dt, steps = run["dt"], round(run["tstop"] / run["dt"])
    half_steps = numpy.add.accumulate(numpy.full(2*steps, dt / 2))  # as a sum from left to right
    middles, exact = half_steps[::2], numpy.arange(steps)*dt + dt / 2
    found = []
    for name, first in (("noise_exc", 0), ("noise_inh", config["cells"]["exc"]["count"])):
        x = numpy.array(config["synapses"][name]["parameters"]["seed"], dtype=float)
        interval, at = config["synapses"][name]["parameters"]["interval"], 0
        while numpy.min(at) < run["tstop"]:
            x = lehmer(x)
            at = at + 2*interval*(x / 2**31)
            x = lehmer(x)  # which synapses it opens
            found += [(first + cell, at[cell]) for cell in numpy.flatnonzero(numpy.searchsorted(middles, at) != numpy.searchsorted(exact, at))]
    return found


def lehmer(x):
    return 16807*x - 2147483647*numpy.floor(16807*x / 2147483647)


def first_difference(ours, neurons, difference, times, dt):
    """In words: the first spike, (step, gid), that is not in both lists, and how far its cell's potentials lay apart before."""
    step, gid = min(set(ours) ^ set(neurons))
    who = "Rall" if (step, gid) in set(ours) else "NEURON"
    before = difference[times < step*dt, gid]
    return (f"the first spike that differs is only in {who}: cell {gid} at {step*dt:.3f} ms; largest |dv| there {before.max(initial=0):.1e} mV before, "
            f"{before[-1] if len(before) else 0:.1e} mV at last")


def main(program, builtin_dir, build_dir, cells, ms, dt, seed, grid, keep):
    with tempfile.TemporaryDirectory() as holder:
        folder = Path(keep or holder)
        folder.mkdir(parents=True, exist_ok=True)
        config = network(cells, ms, dt, seed, grid)
        reports, spikes = same_bits(program, config, folder)
        perturbed = config | {"conditions": config["conditions"] | {"v_init": config["conditions"]["v_init"] + 1e-6}}
        moved_v = rall(program, written(perturbed, folder / "perturbed.json"), folder / "perturbed")[0]["v"]
        expected, weights = in_neuron(written(config, folder / "network.json"), builtin_dir, build_dir)
    ours = sorted((round(time / dt), gid) for gid, time in spikes)
    neurons = sorted((round(time / dt), gid) for gid, time in expected.spikes)
    print(f"{len(ours)} spikes, in NEURON {len(neurons)}; {len(ours) / cells / ms * 1000:.1f} Hz")

    times, difference = expected.reports["v"].times, numpy.abs(reports["v"] - expected.reports["v"].data)
    perturbation = numpy.abs(moved_v - reports["v"])
    print("|dv| of somata in mV, median and largest: Rall and NEURON; Rall and Rall from 1e-6 mV away")
    for part in numpy.array_split(numpy.arange(len(times)), 20):
        print(f"{times[part[0]]:7.1f} ms", *(f"{numpy.median(dv[part]):.1e} {dv[part].max():.1e}" for dv in (difference, perturbation)))
    for cell, at in told_apart(config):
        print(f"an event at cell {cell} at {at!r} ms is delivered in another step in NEURON, whose t is a sum")
    apart = numpy.abs(last_weights(reports) - weights).max()
    start = numpy.array(config["connections"][0]["weight"])
    moved = numpy.count_nonzero(numpy.sort(start) != numpy.sort(weights.ravel()))
    print(f"weights: {moved} of {len(start)} changed, from {weights.min():.2e} to {weights.max():.2e} uS; largest difference {apart:.1e} uS")

    failures = []
    if ours != neurons:
        failures.append(first_difference(ours, neurons, difference, times, dt))
    if not apart <= 1e-12 * WMAX:
        failures.append(f"weights at the end differ by {apart:.1e} uS")
    if len(ours) < cells or moved < len(start) // 2:
        failures.append("hardly anything happens")
    if failures:
        sys.exit("\n".join(["differs from NEURON:", *failures]))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    for name in "program", "builtin_dir", "build_dir":
        parser.add_argument(name)
    parser.add_argument("--cells", type=int, default=500)
    parser.add_argument("--ms", type=float, default=500)
    parser.add_argument("--dt", type=float, default=0.025)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--grid", type=float, help="ms; all delays are multiples of it, so that many events reach a synapse at one time")
    parser.add_argument("--keep", help="folder in which configs and results stay")
    main(**vars(parser.parse_args()))
