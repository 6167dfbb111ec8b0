#!/usr/bin/python3
"""300_intfire as it stands: cells fire in the very same moment there by the hundred, and what comes of it depends on the order in which events of one
time reach a cell. NEURON has them in the order in which they were sent, Rall by the source's gid (docs/design.md, section 5).

    ties.py RALL CONFIG

A few lines that follow events of IntFire1 exactly, with either order, must give the spikes of each: then the order is all that differs. And where
every connection has a delay of its own no two events meet, and the spikes of both are the same.
"""
import heapq
import json
import math
import shutil
import sys
import tempfile
from pathlib import Path

import h5py
import numpy

import neuron_circuit
import same_spikes


def network(config):
    """Targets of each source (population, id) with weight and delay, trains, and parameters, as neuron_circuit.py understands them."""
    pair = neuron_circuit.read_json(config)
    simulation = neuron_circuit.config_of(config.parent / pair["simulation"])
    circuit = neuron_circuit.config_of(config.parent / pair["network"])
    at = lambda name: config.parent / name
    parts = {key: at(value) for key, value in circuit["components"].items()}
    cells, gids, gid = {}, {}, 0
    for entry in circuit["networks"]["nodes"]:
        with h5py.File(at(entry["nodes_file"])) as file:
            for name, group in file["nodes"].items():
                for node_id, node in zip(group["node_id"][:], neuron_circuit.items(group, neuron_circuit.types_of(at(entry["node_types_file"]), "node_type_id"), "node")):
                    gids[name, int(node_id)] = gid
                    gid += 1
                    if node["model_type"] == "point_process":
                        parameters = neuron_circuit.read_json(parts["point_neuron_models_dir"] / node["dynamics_params"])
                        cells[name, int(node_id)] = (1000 * parameters["tau"], 1000 * parameters["refrac"])
    targets = {}
    for entry in circuit["networks"]["edges"]:
        with h5py.File(at(entry["edges_file"])) as file:
            for group in file["edges"].values():
                ends = [group[f"{end}_node_id"].attrs["node_population"] for end in ("source", "target")]
                types = neuron_circuit.types_of(at(entry["edge_types_file"]), "edge_type_id")
                signs = {number: neuron_circuit.read_json(parts["synaptic_models_dir"] / row["dynamics_params"])["sign"] for number, row in types.items()}
                numbers = group["edge_type_id"][:]
                delays = group["0/delay"][:] if "delay" in group["0"] else [float(types[int(number)]["delay"]) for number in numbers]
                for source, target, number, nsyns, delay in zip(group["source_node_id"][:], group["target_node_id"][:], numbers, group["0/nsyns"][:], delays):
                    weight = float(types[int(number)]["syn_weight"]) * signs[int(number)] * int(nsyns)
                    targets.setdefault((ends[0], int(source)), []).append(((ends[1], int(target)), weight, float(delay)))
    trains = []
    for entry in simulation["inputs"].values():
        for node_id, time in zip(*neuron_circuit.spikes_in(config.parent / entry["input_file"], entry["node_set"])):
            trains.append((float(time), (entry["node_set"], int(node_id))))
    return cells, gids, targets, trains, simulation["run"]["tstop"] + simulation["run"]["dt"] / 2


def follow(cells, gids, targets, trains, end, by_gid):
    """Spikes of the cells. The queue is sorted by time, then by gid of the source, or by when events were sent."""
    state = {cell: [0.0, 0.0, False] for cell in cells}  # m, since when, refractory
    queue, sent, spikes = [], 0, []

    def send(source, time):
        nonlocal sent
        for target, weight, delay in targets.get(source, []):
            sent += 1
            heapq.heappush(queue, (time + delay, gids[source] if by_gid else sent, weight if by_gid else 0, sent, target, weight))
    for time, source in trains:
        send(source, time)
    while queue and queue[0][0] <= end:
        time, _, _, _, cell, weight = heapq.heappop(queue)
        tau, refrac = cells[cell]
        m = state[cell]
        if weight is None:
            m[:] = 0.0, time, False
        elif not m[2]:
            m[0] = m[0] * math.exp(-(time - m[1]) / tau) + weight
            m[1] = time
            if m[0] > 1:
                m[2] = True
                spikes.append((time, cell[1]))
                sent += 1
                # The end of the refractory period comes after what arrives at its very time.
                heapq.heappush(queue, (time + refrac, math.inf if by_gid else sent, 0, sent, cell, None))
                send(cell, time)
    return sorted(spikes)


def with_delays(config, folder):
    """A copy in which every edge has a delay of its own, from 1 to 3 ms."""
    copy = folder / "300"
    shutil.copytree(config.parent, copy, copy_function=shutil.copy)
    (folder / "shared_components").symlink_to((config.parent.parent / "shared_components").resolve())
    numbers = numpy.random.RandomState(1)
    for path in (copy / "network").glob("*_edges.h5"):
        path.chmod(0o644)
        with h5py.File(path, "r+") as file:
            for group in file["edges"].values():
                group["0/delay"] = numbers.uniform(1, 3, len(group["source_node_id"]))
    return copy / config.name


def steps(spikes):
    return sorted((round(time / 0.1), node) for time, node in spikes)


def main(rall, config):
    config = Path(config).resolve()
    failed = False

    def check(what, ours, theirs):
        nonlocal failed
        print(f"{what}: {len(ours)} and {len(theirs)} spikes, {len(set(ours) ^ set(theirs))} of which are in one only")
        failed |= ours != theirs or len(ours) < 1000
    parts = network(config)
    check("Rall, and events of one time by gid", steps(same_spikes.spikes_of_rall(rall, config)["v1"]), steps(follow(*parts, by_gid=True)))
    with tempfile.TemporaryDirectory() as folder:
        other = with_delays(config, Path(folder))
        check("Rall and NEURON, a delay of its own for each edge", steps(same_spikes.spikes_of_rall(rall, other)["v1"]), steps(neuron_circuit.run(other)["v1"]))
    check("NEURON, and events of one time as they were sent", steps(neuron_circuit.run(config)["v1"]), steps(follow(*parts, by_gid=False)))
    sys.exit(failed)


if __name__ == "__main__":
    main(*sys.argv[1:])
