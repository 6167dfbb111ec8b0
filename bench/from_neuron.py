#!/usr/bin/python3
"""A network that NEURON has built: how long it takes to hand it over to Rall, and how both run it, alternating, on one core.

    OMP_NUM_THREADS=1 from_neuron.py [--cells N...] [--ms MS] [--rounds N] [--output bench/results/NAME.json]

Cells have a soma and four dendrites of five compartments with Hodgkin-Huxley's channels, and 20 synapses each from random others. Handing
over is all of reading NEURON's memory, building the model and lowering it; mechanisms are compiled beforehand. Prints medians of the rounds, of ratios too, with the smallest and the largest.
"""
import argparse
import gc
import random
import time

from neuron import h

import rall
from rall_side import in_words, spread, write_beside_neuron


class Cell:
    def __init__(self, gid):
        self.soma = h.Section(name="soma", cell=self)
        self.soma.L = self.soma.diam = 20
        self.dendrites = [h.Section(name=f"dend{i}", cell=self) for i in range(4)]
        self.soma.insert("hh")
        for i, dendrite in enumerate(self.dendrites):
            dendrite.connect(self.soma(1) if i < 2 else self.dendrites[i - 2](1))
            dendrite.L, dendrite.diam, dendrite.nseg = 150, 1.5, 5
            dendrite.insert("hh")
            for segment in dendrite:
                segment.hh.gnabar, segment.hh.gkbar = 0.03, 0.01
        self.synapse = h.ExpSyn(self.dendrites[gid % 4](0.5))
        self.synapse.tau = 2


def build(n, seed=1):
    draw = random.Random(seed)
    cells = [Cell(gid) for gid in range(n)]
    wires, stimuli = [], []
    for gid, cell in enumerate(cells):
        for _ in range(20):
            source = cells[draw.randrange(n)]
            wire = h.NetCon(source.soma(0.5)._ref_v, cell.synapse, sec=source.soma)
            wire.weight[0], wire.delay, wire.threshold = 0.0005, 1 + 4 * draw.random(), 0
            wires.append(wire)
        if gid % 5 == 0:
            stimulus = h.NetStim()
            stimulus.start, stimulus.number, stimulus.interval = 20 * draw.random(), 1e9, 15
            wire = h.NetCon(stimulus, cell.synapse)
            wire.weight[0] = 0.02
            wires.append(wire)
            stimuli.append(stimulus)
    return cells, wires, stimuli


def main(sizes, ms, rounds, output):
    results = []
    context = h.ParallelContext()
    context.set_maxstep(10)
    for n in sizes:
        model = build(n)
        times, _ids = h.Vector(), h.Vector()
        detectors = [h.NetCon(cell.soma(0.5)._ref_v, None, sec=cell.soma) for cell in model[0]]
        for detector in detectors:
            detector.record(times)
        taken = {"hand over": [], "run": [], "NEURON": []}
        for _ in range(rounds + 1):
            h.finitialize(-65)
            begin = time.perf_counter()
            context.psolve(ms)
            taken["NEURON"].append(time.perf_counter() - begin)
            expected = sorted(times)
            h.finitialize(-65)
            begin = time.perf_counter()
            carried = rall.from_neuron().run(ms)
            whole = time.perf_counter() - begin
            taken["run"].append(carried.result["run_seconds"])
            taken["hand over"].append(whole - carried.result["run_seconds"])
            assert [round(t / h.dt) for t in sorted(times)] == [round(t / h.dt) for t in expected], "spikes differ"
        taken = {key: seconds[1:] for key, seconds in taken.items()}  # the first round compiles
        faster = {"run": [a / b for a, b in zip(taken["NEURON"], taken["run"])],
                  "with handing over": [a / (b + c) for a, b, c in zip(taken["NEURON"], taken["run"], taken["hand over"])]}
        found = {"cells": n, "sections": sum(1 for _ in h.allsec()), "connections": len(model[1]), "spikes": len(expected), "ms": ms,
                 "seconds": {key: spread(seconds) for key, seconds in taken.items()}, "faster": {key: spread(ratios) for key, ratios in faster.items()}}
        results.append(found)
        print(f"{n} cells, {found['sections']} sections, {found['connections']} connections, {len(expected)} spikes in {ms:g} ms: "
              + ", ".join(f"{key} {in_words(seconds, 2)} s" for key, seconds in found["seconds"].items())
              + "; faster: " + ", ".join(f"{key} {in_words(ratios)}" for key, ratios in found["faster"].items()), flush=True)
        del model, detectors, detector, carried  # NEURON frees what nobody holds
        gc.collect()
    if output:
        write_beside_neuron(output, rounds, sizes=results)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--cells", type=int, nargs="+", default=[250, 500, 1000, 2000])
    parser.add_argument("--ms", type=float, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--output")
    given = parser.parse_args()
    main(given.cells, given.ms, given.rounds, given.output)
