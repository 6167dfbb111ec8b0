#!/usr/bin/env python3
"""Writes a small SONATA circuit: 80 excitatory and 20 inhibitory cells, and 50 fibres that excite them.

    make.py FOLDER
"""
import json
import sys
from pathlib import Path

import h5py
import numpy

SIMULATION = {
    "manifest": {"$HERE": "."},
    "network": "$HERE/circuit_config.json",
    "node_sets_file": "$HERE/node_sets.json",
    "run": {"tstop": 500, "dt": 0.025, "spike_threshold": -15},
    "conditions": {"celsius": 6.3, "v_init": -65},
    "inputs": {"fibres": {"input_type": "spikes", "module": "h5", "input_file": "$HERE/fibre_spikes.h5", "node_set": "fibres"},
               "lesion": {"input_type": "current_clamp", "module": "IClamp", "amp": -1, "delay": 250, "duration": 250, "node_set": "inhibitory"}},
    "reports": {"v": {"module": "membrane_report", "variable_name": "v", "sections": "soma", "cells": "first", "dt": 0.1}},
    "output": {"output_dir": "$HERE/output"},
}
NODE_SETS = {"inhibitory": {"population": "cells", "ei": "i"}, "first": {"population": "cells", "node_id": [0, 1, 80]}}
CIRCUIT = {
    "manifest": {"$HERE": "."},
    "components": {"synaptic_models_dir": "$HERE"},
    "networks": {
        "nodes": [{"nodes_file": f"$HERE/{name}_nodes.h5", "node_types_file": f"$HERE/{name}_node_types.csv"} for name in ("cells", "fibres")],
        "edges": [{"edges_file": f"$HERE/{name}_edges.h5", "edge_types_file": f"$HERE/{name}_edge_types.csv"} for name in ("cells_cells", "fibres_cells")],
    },
}
TYPES = {
    "cells_node_types": "node_type_id model_type model_template ei\n1 single_compartment nrn:hh e\n2 single_compartment nrn:hh i\n",
    "fibres_node_types": "node_type_id model_type\n1 virtual\n",
    "cells_cells_edge_types": "edge_type_id model_template dynamics_params delay syn_weight\n1 Exp2Syn excitation.json 1.5 0.0004\n2 Exp2Syn inhibition.json 1.0 0.004\n",
    "fibres_cells_edge_types": "edge_type_id model_template dynamics_params delay\n1 Exp2Syn excitation.json 2.0\n",
}
SYNAPSES = {"excitation": {"tau1": 0.2, "tau2": 2.0, "erev": 0.0}, "inhibition": {"tau1": 0.5, "tau2": 8.0, "erev": -80.0}}


def write_nodes(folder, name, types, groups):
    with h5py.File(folder / f"{name}_nodes.h5", "w") as file:
        nodes = file.create_group(f"nodes/{name}")
        nodes["node_type_id"] = types
        nodes["node_id"] = nodes["node_group_index"] = numpy.arange(len(types))
        nodes["node_group_id"] = numpy.zeros(len(types), int)
        group = nodes.create_group("0")
        for key, values in groups.items():
            group[key] = values


def write_edges(folder, source, target, pairs, types, **columns):
    with h5py.File(folder / f"{source}_{target}_edges.h5", "w") as file:
        edges = file.create_group(f"edges/{source}_to_{target}")
        for end, name, ids in (("source", source, pairs[:, 0]), ("target", target, pairs[:, 1])):
            edges[f"{end}_node_id"] = ids
            edges[f"{end}_node_id"].attrs["node_population"] = name
        edges["edge_type_id"] = types
        edges["edge_group_id"] = numpy.zeros(len(pairs), int)
        edges["edge_group_index"] = numpy.arange(len(pairs))
        group = edges.create_group("0")
        group["afferent_section_id"] = numpy.zeros(len(pairs), int)
        group["afferent_section_pos"] = numpy.full(len(pairs), 0.5)
        for key, values in columns.items():
            group[key] = values


def pairs_of(numbers, sources, targets, probability):
    connected = numbers.random_sample((sources, targets)) < probability
    return numpy.argwhere(connected)


def main(folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    numbers = numpy.random.RandomState(1)
    for name, content in {"simulation_config": SIMULATION, "circuit_config": CIRCUIT, "node_sets": NODE_SETS, **SYNAPSES}.items():
        (folder / f"{name}.json").write_text(json.dumps(content, indent=2) + "\n")
    for name, text in TYPES.items():
        (folder / f"{name}.csv").write_text(text)
    types = numpy.repeat([1, 2], [80, 20])
    places = dict(zip("xyz", numpy.random.RandomState(2).uniform([[0], [0], [0]], [[300], [150], [60]], (3, 100))))  # um, for the map of somata
    write_nodes(folder, "cells", types, {"dynamics_params/D": numbers.uniform(18, 22, 100), "dynamics_params/g_pas": numpy.full(100, 1e-5),
                                         "dynamics_params/e_pas": numpy.full(100, -65.0)} | places)
    write_nodes(folder, "fibres", numpy.ones(50, int), {})
    pairs = pairs_of(numbers, 100, 100, 0.1)
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    write_edges(folder, "cells", "cells", pairs, types[pairs[:, 0]])
    pairs = pairs_of(numbers, 50, 100, 0.2)
    write_edges(folder, "fibres", "cells", pairs, numpy.ones(len(pairs), int), syn_weight=numbers.lognormal(numpy.log(0.002), 0.3, len(pairs)))
    times = numbers.uniform(0, 500, 1500)
    with h5py.File(folder / "fibre_spikes.h5", "w") as file:
        spikes = file.create_group("spikes/fibres")
        spikes["timestamps"], spikes["node_ids"] = numpy.sort(times), numbers.randint(0, 50, len(times))


if __name__ == "__main__":
    main(*sys.argv[1:])
