#!/usr/bin/python3
"""Integrate-and-fire cells of which many fire in the very same moment: what a cell does then depends on the order in which events of one time
reach it, and all spikes must be those of NEURON, whose queue gives them back in the order in which they were sent.

    ties.py RALL BUILD_DIR
"""
import sys
import tempfile
from pathlib import Path

import numpy

import minimal
import same_spikes

sys.path.insert(0, str(Path(__file__).parent.parent / "neuron"))


def intfire(folder, seed, cells=1200, sources=40):
    """More cells than a group of artificial cells holds. Trains spike at multiples of 1/4 ms, cells 1/8 ms after such: each at the time of many others."""
    numbers = numpy.random.RandomState(seed)
    circuit = minimal.Circuit(folder)
    circuit.simulation["run"] |= {"dt": 0.125, "tstop": 150}
    circuit.parameters("fire.json", tau=0.012, refrac=0.0031)
    circuit.parameters("plus.json", level_of_detail="instanteneous", sign=1)
    circuit.parameters("minus.json", level_of_detail="instanteneous", sign=-1)
    circuit.nodes("fire", [{"node_type_id": 1, "model_type": "point_process", "model_template": "nrn:IntFire1", "dynamics_params": "fire.json"}], [1] * cells)
    circuit.nodes("virt", minimal.VIRTUAL, [7] * sources)
    for source, count, delay, weights in (("virt", sources, 1.625, (0.55, 0.2)), ("fire", cells, 1.5, (0.32, 0.45))):
        types = [{"edge_type_id": 1 + sign, "delay": delay, "syn_weight": weights[sign], "dynamics_params": ("plus.json", "minus.json")[sign]} for sign in (0, 1)]
        pairs = [(source, target) for target in range(cells) for source in sorted(numbers.choice(count, 8, replace=False))]
        circuit.edges(source, "fire", types, pairs, [int(kind) for kind in numbers.choice((1, 2), len(pairs), p=(0.6, 0.4))],
                      groups={0: {"nsyns": [1] * len(pairs)}})
    circuit.spikes("virt", {node: [float(time) for time in sorted(numbers.choice(range(4, 560), 40, replace=False) / 4)] for node in range(sources)})
    return circuit.write()


def main(rall, build):
    import nrnmod

    nrnmod.load([Path(__file__).parent.parent / "neuron" / "mods" / "Train.mod"], build)
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        for seed in (1, 2):
            config = intfire(Path(folder) / str(seed), seed)
            failed |= same_spikes.compare(rall, config, 0.125, 3000, trains="Train")
            alone = same_spikes.spikes_of_rall(rall, config, "--threads", "1")
            if alone != same_spikes.spikes_of_rall(rall, config, "--threads", "2"):
                print("the number of threads changes the spikes")
                failed = True
    sys.exit(failed)


if __name__ == "__main__":
    main(*sys.argv[1:])
