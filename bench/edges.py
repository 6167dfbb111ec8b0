#!/usr/bin/python3
"""Circuits with many edges: seconds and memory until they are ready to run.

    bench/edges.py [--rall build/release/bin/rall] [--edges 10000000] [--cells 10000] [--case synapses|points] [--threads 2] [--output bench/results/NAME.json]

Two circuits, written with h5py: edges onto cells of a soma and four dendrites, each with a section, a place, a weight and a delay of its own, which
become as many ExpSyn; and edges onto artificial cells (IntFire1). A run of one step is timed from its begin to the end of building. Memory is what Rall
says of itself: the peak, and what it holds when the circuit stands. What a circuit without edges takes is subtracted before bytes are shared among edges.
"""
import argparse
import json
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

import h5py
import numpy

from rall_side import ROOT, processor

GOALS = {"seconds": 20, "peak_over_final": 2}
SWC = "1 1 0 0 0 8 -1\n" + "".join(f"{2 + 2 * k} 3 {8 * x} {8 * y} 0 1 1\n{3 + 2 * k} 3 {200 * x} {200 * y} 0 1 {2 + 2 * k}\n"
                                   for k, (x, y) in enumerate([(1, 0), (0, 1), (-1, 0), (0, -1)]))
TYPES = {"synapses": "node_type_id model_type model_template morphology\n1 biophysical rall:cell.json cell\n",
         "points": "node_type_id model_type model_template\n1 point_process nrn:IntFire1\n"}


def write(folder, case, cells, edges):
    folder.mkdir()
    (folder / "cell.swc").write_text(SWC)
    (folder / "cell.json").write_text(json.dumps({"regions": {"all": {"mechanisms": {"pas": {}}}}, "nseg": 1}))
    (folder / "node_types.csv").write_text(TYPES[case])
    (folder / "edge_types.csv").write_text("edge_type_id model_template\n1 ExpSyn\n")
    networks = {"nodes": [{"nodes_file": "nodes.h5", "node_types_file": "node_types.csv"}]}
    with h5py.File(folder / "nodes.h5", "w") as file:
        nodes = file.create_group("nodes/cells")
        nodes["node_id"], nodes["node_type_id"] = numpy.arange(cells), numpy.ones(cells, "u4")
    if edges:
        networks["edges"] = [{"edges_file": "edges.h5", "edge_types_file": "edge_types.csv"}]
        numbers = numpy.random.RandomState(1)
        with h5py.File(folder / "edges.h5", "w") as file:
            group = file.create_group("edges/cells_to_cells")
            for end in ("source", "target"):
                group[f"{end}_node_id"] = numbers.randint(0, cells, edges).astype("u8")
                group[f"{end}_node_id"].attrs["node_population"] = "cells"
            group["edge_type_id"] = numpy.ones(edges, "u4")
            columns = group.create_group("0")
            columns["syn_weight"] = numbers.uniform(1e-6, 2e-6, edges)
            columns["delay"] = numbers.uniform(1, 5, edges)
            if case == "synapses":
                columns["afferent_section_id"] = numbers.randint(0, 5, edges).astype("u4")
                columns["afferent_section_pos"] = numbers.uniform(0.01, 0.99, edges).astype("f4")
    config = {"components": {"morphologies_dir": ".", "biophysical_neuron_models_dir": "."}, "networks": networks}
    (folder / "circuit.json").write_text(json.dumps(config))
    (folder / "simulation.json").write_text(json.dumps({"network": "circuit.json", "run": {"tstop": 0.025, "dt": 0.025}}))
    return folder / "simulation.json"


def measure(rall, config, threads):
    summary = config.parent / "summary.json"
    done = subprocess.run([rall, "run", config, "--threads", str(threads), "--no-html", "--quiet", "--output-dir", config.parent / "out", "--summary", summary],
                          capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"rall failed on {config}:\n{done.stderr}")
    return json.loads(summary.read_text())


def main(rall, edges, cells, case, threads, output):
    results = {"date": date.today().isoformat(), "processor": processor(), "edges": edges, "cells": cells, "threads": threads}
    short = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for name in [case] if case else TYPES:
            none = measure(rall, write(folder / f"{name}_none", name, cells, 0), threads)
            all_of_it = measure(rall, write(folder / name, name, cells, edges), threads)
            peak, final = all_of_it["peak_memory_bytes"], all_of_it["built_memory_bytes"]
            bytes_of = lambda key: (all_of_it["bytes"][key] - none["bytes"][key]) / edges
            results[name] = {"seconds": all_of_it["seconds"]["build"], "peak_bytes": peak, "final_bytes": final, "peak_over_final": peak / final,
                             "bytes_per_edge": (final - none["built_memory_bytes"]) / edges,
                             "bytes_per_edge_by_kind": {key: bytes_of(key) for key in all_of_it["bytes"]}}
            print(f"{name}: {json.dumps(results[name], indent=1)}", flush=True)
            short += [f"{key} of {name}" for key, goal in GOALS.items() if results[name][key] > goal]
    if output:
        Path(output).write_text(json.dumps(results, indent=1) + "\n")
    if short:
        sys.exit(f"not reached: {', '.join(short)}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rall", default=ROOT / "build" / "release" / "bin" / "rall")
    parser.add_argument("--edges", type=int, default=10_000_000)
    parser.add_argument("--cells", type=int, default=10_000)
    parser.add_argument("--case", choices=list(TYPES))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--output")
    main(**vars(parser.parse_args()))
