#!/usr/bin/python3
"""Circuits of minimal.py: the spikes of NEURON in the same steps; what the form of a circuit must not change.

    features.py RALL BUILTIN_DIR BUILD_DIR
"""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py
import numpy

import minimal
import same_spikes


def results(rall, config, *options):
    """The bytes of all spikes and reports."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([rall, "run", config, "--output-dir", folder, "--no-html", *options], capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stdout + done.stderr)
        return {path.name: path.read_bytes() for path in sorted(Path(folder).glob("*.h5"))}


def edited(config, **changes):
    """The config with other sections, beside it."""
    simulation = json.loads(config.read_text()) | changes
    path = config.with_name("edited.json")
    path.write_text(json.dumps(simulation))
    return path


def test_node_sets(rall, folder):
    """Which cells a set means: seen from who is in a report."""
    config = minimal.overrides(folder / "sets")
    sets = {"two": {"node_id": [3, 1]}, "large": {"population": "balls", "dynamics_params/D": {"$gte": 21}}, "both": ["two", "large"],
            "kind": {"model_type": ["single_compartment"], "node_id": [0, 2]}, "named": {"model_name": "a ball, so to say"}, "virtual": {"model_type": "virtual"}}
    (config.parent / "sets.json").write_text(json.dumps(sets))
    expected = {"two": [1, 3], "large": [2, 3], "both": [1, 2, 3], "kind": [0, 2], "named": [0, 1, 2, 3], "all": [0, 1, 2, 3], "balls": [0, 1, 2, 3], "balls[2]": [2]}
    # The D of nodes 2, 0, 3, 1: 24, 18, 22, 20.
    config = edited(config, node_sets_file="sets.json", reports={f"r{k}": {"cells": name, "variable_name": "v", "unit": f"mV {k}"} for k, name in enumerate(expected)})
    with tempfile.TemporaryDirectory() as out:
        subprocess.run([rall, "run", config, "--output-dir", out, "--no-html", "--quiet"], check=True)
        for k, (name, nodes) in enumerate(expected.items()):
            with h5py.File(Path(out) / f"r{k}.h5") as file:
                found = list(file["report/balls/mapping/node_ids"][:])
                assert file["report/balls/data"].attrs["units"] == f"mV {k}"
            assert found == nodes, f"{name}: {found}, expected {nodes}"


def test_blue_brain_form(rall, folder):
    """Populations with types of their own in the circuit config, texts from a library, a set of nodes in the circuit: the same spikes."""
    config = minimal.clamped(folder / "forms")
    first = results(rall, config)
    circuit = json.loads((config.parent / "circuit.json").read_text())
    nodes, edges = circuit["networks"]["nodes"][0], circuit["networks"]["edges"][0]
    circuit["networks"]["nodes"] = [{"nodes_file": nodes["nodes_file"], "populations": {"balls": {"type": "single_compartment"}}}]
    circuit["networks"]["edges"] = [edges | {"populations": {"balls_to_balls": {"type": "chemical"}}}]
    circuit["node_sets_file"] = "$HERE/sets.json"
    circuit["metadata"], circuit["version"] = {"status": "partial"}, 2.3
    (config.parent / "circuit.json").write_text(json.dumps(circuit))
    (config.parent / "sets.json").write_text(json.dumps({"Mosaic": {"population": "balls"}}))
    with h5py.File(config.parent / "balls_nodes.h5", "r+") as file:
        group = file["nodes/balls/0"]
        group["@library/model_template"] = numpy.array([b"nrn:hh"])
        group["model_template"] = numpy.zeros(3, "u4")
        group["etype"] = ["bAC", "cAC", "bAC"]
        del file["nodes/balls/node_group_id"], file["nodes/balls/node_group_index"]
    simulation = json.loads(config.read_text())
    for entry in simulation["inputs"].values():
        entry["node_set"] = "Mosaic"
    assert results(rall, edited(config, inputs=simulation["inputs"])) == first


def main(rall, mods, build):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for test in (test_node_sets, test_blue_brain_form):
            test(rall, folder)
            print(f"{test.__name__}: good")
        from nrnmod import load

        load([Path(mods) / f"{name}.mod" for name in "CaDynamics Ca_HVA Ca_LVA Ih Im Im_v2 K_P K_T Kd Kv2like Kv3_1 NaTa NaTs NaV Nap SK".split()], build)
        failed = False
        for name, make in minimal.CIRCUITS.items():
            print(f"{name}: {make.__doc__}")
            failed |= same_spikes.compare(rall, make(folder / name), 0.1, 10)
    sys.exit(failed)


if __name__ == "__main__":
    main(*sys.argv[1:])
