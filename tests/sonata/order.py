#!/usr/bin/python3
"""The order of lines in the files of nodes and edges changes no byte of the results: edges onto places of branched cells, several onto one place and some twice
over, and edges onto artificial cells.

    order.py RALL
"""
import sys
import tempfile
from pathlib import Path

import h5py
import numpy

import minimal
from features import edited, results

SWC = "1 1 0 0 0 9 -1\n2 3 9 0 0 1 1\n3 3 150 0 0 1 2\n4 3 -9 0 0 1 1\n5 3 -120 0 0 1 4\n6 3 150 80 0 1 3\n7 3 150 -80 0 1 3\n"


def branched(folder):
    """Cells of a soma and four dendrites that excite one another."""
    circuit = minimal.Circuit(folder)
    circuit.config["components"] |= {"morphologies_dir": "$PARTS", "biophysical_neuron_models_dir": "$PARTS"}
    (folder / "components" / "cell.swc").write_text(SWC)
    circuit.parameters("cell.json", regions={"all": {"mechanisms": {"pas": {"g": 1e-4, "e": -65}}}, "soma": {"mechanisms": {"hh": {}}}}, nseg=3)
    circuit.nodes("cells", [{"node_type_id": 1, "model_type": "biophysical", "model_template": "rall:cell.json", "morphology": "cell"}], [1] * 12)
    circuit.nodes("virt", minimal.VIRTUAL, [7] * 5)
    numbers = numpy.random.RandomState(5)

    def edges(source, count, n):
        pairs = [(int(a), int(b)) for a, b in numpy.column_stack([numbers.randint(0, n, count), numbers.randint(0, 12, count)])]
        columns = {"afferent_section_id": numbers.randint(0, 5, count), "afferent_section_pos": numbers.choice([0.0, 0.1, 0.5, 0.77, 1.0], count),
                   "syn_weight": numbers.choice([4e-4, 8e-4], count), "delay": numbers.choice([0.8, 1.5, 2.2], count),
                   "dynamics_params": {"tau": numbers.choice([1.0, 2.5], count)}}
        for key in ("afferent_section_id", "afferent_section_pos", "syn_weight", "delay"):
            columns[key][1], columns[key][2] = columns[key][0], columns[key][0]
        pairs[1] = pairs[2] = pairs[0]
        circuit.edges(source, "cells", [{"edge_type_id": 1, "model_template": "ExpSyn"}, {"edge_type_id": 2, "model_template": "ExpSyn"}], pairs,
                      type_ids=[1 + k % 2 for k in range(count)], groups={0: columns})

    edges("cells", 150, 12)
    edges("virt", 120, 5)
    circuit.spikes("virt", minimal.trains(6, 5, 40))
    circuit.simulation["reports"] = {"v": {"cells": "cells", "variable_name": "v", "sections": "all", "dt": 0.5}}
    return circuit.write()


def shuffle(config, seed):
    numbers = numpy.random.RandomState(seed)
    for path in config.parent.glob("*.h5"):
        with h5py.File(path, "r+") as file:
            for kind in {"nodes", "edges"} & set(file):
                for population in file[kind].values():
                    order = numbers.permutation(len(population[f"{kind[:-1]}_type_id"]))
                    for data in population.values():
                        if isinstance(data, h5py.Dataset):
                            data[:] = data[:][order]


def overridden(folder):
    """What single nodes and edges say over their types."""
    return edited(minimal.overrides(folder), reports={"v": {"cells": "balls", "variable_name": "v", "sections": "soma"}})


def main(rall):
    with tempfile.TemporaryDirectory() as name:
        for make in (branched, overridden, minimal.points):
            config = make(Path(name) / make.__name__)
            first = results(rall, config)
            assert len(first["spikes.h5"]) > 3000, f"{make.__name__}: hardly a spike"
            for seed in (1, 2):
                shuffle(config, seed)
                assert results(rall, config) == first, f"{make.__name__}: the order of lines changes results"
            assert results(rall, config, "--threads", "1") == first
            assert results(rall, config, "--group-bytes", "1") == first, f"{make.__name__}: the size of groups changes results"
            print(f"{make.__name__}: good")


if __name__ == "__main__":
    main(*sys.argv[1:])
