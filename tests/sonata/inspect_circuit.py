#!/usr/bin/python3
"""`rall inspect` of circuits and their parts: numbers counted with numpy, all that is missing, pages, and what 10^6 edges take.

    inspect_circuit.py RALL
"""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py
import numpy

import minimal
import order

PEAK = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=2); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"


def inspect(rall, file, *options, code=0):
    done = subprocess.run([rall, "inspect", file, *options], capture_output=True, text=True)
    assert done.returncode == code, f"{file}: exit code {done.returncode}\n{done.stdout}{done.stderr}"
    return done


def as_json(rall, file, **options):
    return json.loads(inspect(rall, file, "--json", **options).stdout)


def by_name(list_of, name, key="population"):
    return next(one for one in list_of if one[key] == name)


def quartiles(degrees):
    return [int(sorted(degrees)[(len(degrees) - 1) * k // 4]) for k in (1, 2, 3)]


def test_circuit(rall, folder):
    config = order.branched(folder / "branched")
    data = as_json(rall, config.parent / "circuit.json")
    assert data["kind"] == "SONATA circuit" and not data["diagnostics"], data
    cells = by_name(data["nodes"], "cells")
    assert cells["nodes"] == 12 and cells["model_types"] == {"biophysical": 12} and cells["templates"] == {"rall:cell.json": 12}
    assert cells["morphologies"] == {"cell": 12} and "box" not in cells
    with h5py.File(config.parent / "virt_to_cells_edges.h5") as file:
        edges = file["edges/virt_to_cells"]
        source, target, delay, weight = edges["source_node_id"][:], edges["target_node_id"][:], edges["0/delay"][:], edges["0/syn_weight"][:]
    found = by_name(data["edges"], "virt_to_cells")
    assert (found["source"], found["target"], found["edges"]) == ("virt", "cells", 120) and found["templates"] == {"ExpSyn": 120} and found["types"] == 2
    for key, ids, n in (("out_degree", source, 5), ("in_degree", target, 12)):
        degrees = numpy.bincount(ids.astype(int), minlength=n)
        wanted = {"nodes": n, "min": degrees.min(), "max": degrees.max(), "mean": degrees.mean(), "quartiles": quartiles(degrees)}
        assert found[key] == wanted, f"{key}: {found[key]}, expected {wanted}"
    for key, values in (("delay", delay), ("weight", weight)):
        assert numpy.allclose([found[key][name] for name in ("min", "mean", "max")], [values.min(), values.mean(), values.max()], rtol=1e-12), found[key]
    text = inspect(rall, config.parent / "circuit.json").stdout
    assert "nodes cells: 12" in text and "edges virt_to_cells: 120 from virt to cells" in text and "quartiles" in text, text

    # A file alone: nodes without edges are not known, and what types say neither.
    alone = as_json(rall, config.parent / "virt_to_cells_edges.h5")
    assert alone["edges"][0]["in_degree"]["nodes"] == len(set(target)) and alone["edges"][0]["in_degree"]["max"] == found["in_degree"]["max"]
    assert as_json(rall, config.parent / "cells_nodes.h5")["nodes"][0]["nodes"] == 12


def test_simulation(rall, folder):
    """Inputs and reports with the sizes of their node sets, and what types say of weights, places and kinds."""
    config = minimal.overrides(folder / "overrides")
    simulation = json.loads(config.read_text())
    sets = {"two": {"node_id": [3, 1], "population": "balls"}, "large": {"population": "balls", "dynamics_params/D": {"$gte": 21}}, "both": ["two", "large"]}
    (config.parent / "sets.json").write_text(json.dumps(sets))
    simulation["node_sets_file"] = "sets.json"
    simulation["reports"] = {"v": {"cells": "both", "variable_name": "v"}}
    simulation["inputs"]["step"] = {"input_type": "current_clamp", "module": "linear", "amp_start": 0.1, "delay": 5, "duration": 100, "node_set": "two"}
    config.write_text(json.dumps(simulation))
    data = as_json(rall, config)
    assert data["tstop"] == 200 and data["dt"] == 0.1
    assert {one["name"]: one["nodes"] for one in data["node_sets"]} == {"two": 2, "large": 2, "both": 3}
    assert by_name(data["inputs"], "step", "name") == {"name": "step", "input_type": "current_clamp", "module": "linear", "node_set": "two", "delay": 5, "duration": 100, "nodes": 2}
    assert by_name(data["inputs"], "virt_spikes", "name")["nodes"] == 3 and by_name(data["reports"], "v", "name")["nodes"] == 3
    edges = by_name(data["edges"], "virt_to_balls")  # half of the edges take a weight or a delay of their type
    assert numpy.allclose([edges["weight"]["min"], edges["weight"]["mean"], edges["weight"]["max"]], [0.01, (0.01 + 0.03 + 0.025 + 3 * 0.02) / 6, 0.03])
    assert numpy.allclose([edges["delay"]["min"], edges["delay"]["mean"], edges["delay"]["max"]], [0.7, (0.7 + 3 + 2 + 3 * 1.5) / 6, 3])
    assert "sets" in as_json(rall, config.parent / "sets.json")["node_sets"][2]
    # The pair of configs in one file.
    (config.parent / "config.json").write_text(json.dumps({"network": "circuit.json", "simulation": "simulation.json"}))
    assert as_json(rall, config.parent / "config.json")["tstop"] == 200
    # A config that names no circuit means circuit_config.json beside it.
    (config.parent / "circuit.json").rename(config.parent / "circuit_config.json")
    config.write_text(json.dumps({key: value for key, value in simulation.items() if key != "network"}))
    assert as_json(rall, config)["edges"] == data["edges"]


def test_parts(rall, folder):
    """A set that nothing names may name nodes that are not there, which is told; what cells have painted is listed, of templates in hoc too."""
    config = minimal.overrides(folder / "parts")
    simulation = json.loads(config.read_text())
    simulation["node_sets"] = {"good": {"node_id": [1]}, "gone": {"node_id": [77], "population": "balls"}}
    config.write_text(json.dumps(simulation))
    done = inspect(rall, config)
    assert "there is no node 77" in done.stderr + done.stdout and "error" not in done.stderr, done.stderr
    assert by_name(as_json(rall, config)["nodes"], "balls")["mechanisms"] == ["hh", "pas"]
    simulation["reports"] = {"v": {"cells": "gone", "variable_name": "v"}}
    config.write_text(json.dumps(simulation))
    assert "there is no node 77" in inspect(rall, config, code=1).stderr
    sys.path.insert(0, str(Path(__file__).parent.parent / "hoc"))
    import circuit

    data = as_json(rall, circuit.circuit(folder / "hoc").parent / "circuit.json")
    assert by_name(data["nodes"], "cells")["mechanisms"] == ["hh", "pas"], data["nodes"]


def test_missing(rall, folder):
    """All that is missing is told at once, and what there is is told nevertheless."""
    config = minimal.placed(folder / "missing")
    types = config.parent / "cells_node_types.csv"
    types.write_text(types.read_text().replace("Nr5a1_471087815_m", "nowhere"))
    (config.parent / "components" / "inh.json").unlink()
    edge_types = config.parent / "exc_to_cells_edge_types.csv"
    edge_types.write_text(edge_types.read_text().replace("Exp2Syn", "Exp2Sin"))
    done = inspect(rall, config.parent / "circuit.json", code=1)
    for wanted in ("nowhere", "inh.json", "no POINT_PROCESS is called 'Exp2Sin'", "did you mean 'Exp2Syn'"):
        assert wanted in done.stderr, f"{wanted} is not in\n{done.stderr}"
    assert done.stderr.count("error:") == 3 and "edges exc_to_cells: 24" in done.stdout and "nodes exc: 12" in done.stdout, done.stdout
    with h5py.File(config.parent / "exc_to_cells_edges.h5", "r+") as file:
        file["edges/exc_to_cells/source_node_id"][5:7] = 99
    done = inspect(rall, config.parent / "circuit.json", code=1)
    assert "row 5: the population 'exc' has no node 99 (2 such edges)" in done.stderr, done.stderr
    broken = folder / "broken.h5"
    broken.write_bytes((config.parent / "exc_to_cells_edges.h5").read_bytes()[:3000])
    assert "hdf5-unreadable" in inspect(rall, broken, code=1).stderr


def test_page(rall, folder):
    config = minimal.points(folder / "page")
    with h5py.File(config.parent / "points_nodes.h5", "r+") as file:
        file["nodes/points/0/x"], file["nodes/points/0/y"] = [0.0, 10, 20, 30, 40], [5.0, 4, 3, 2, 1]
    page = folder / "circuit.html"
    inspect(rall, config, "--html", page)
    text = page.read_text()
    data = json.loads(text[text.index(">", text.index('id="data"')) + 1:].split("</script>")[0])
    assert data["kind"] == "circuit" and data["network"]["somata"] and [one["name"] for one in data["network"]["populations"]] == ["points: point_neuron", "points: point_process", "virt"]
    sums = {(way["source"], way["target"]): (way["count"], way["delay"]) for way in data["network"]["pathways"]}
    assert sums[2, 0] == (4, 1.0) and sums[2, 1] == (16, 1.0) and sum(n for n, _ in sums.values()) == 26, sums
    done = inspect(rall, config.parent / "lif.json" if (config.parent / "lif.json").exists() else config.parent / "components" / "lif.json", "--html", page, code=1)
    assert done.stderr


def test_large(rall, folder):
    sys.path.insert(0, str(Path(__file__).parent.parent.parent / "bench"))
    import edges
    config = edges.write(folder / "large", "synapses", 2000, 1_000_000)
    done = subprocess.run([sys.executable, "-c", PEAK, rall, "inspect", config], check=True, capture_output=True, text=True)
    peak = int(done.stdout) * 1024
    print(f"10^6 edges: {peak / 1e6:.0f} MB")
    assert peak < 200e6


def main(rall):
    with tempfile.TemporaryDirectory() as name:
        for test in (test_circuit, test_simulation, test_parts, test_missing, test_page, test_large):
            test(rall, Path(name))
            print(f"{test.__name__}: good")


if __name__ == "__main__":
    main(*sys.argv[1:])
