#!/usr/bin/python3
"""Where cells and synapses lie.

    placed.py RALL

Places that are drawn are the same over threads, and the file that says where they lie makes the same run again, to the bit. A cell that is turned
and moved has the potential at an electrode that is turned and moved with it.
"""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py
import numpy

CELL = {"count": 5, "stylized": [{"name": "soma", "L": 20, "diam": 20, "nseg": 1}, {"name": "dend", "L": 300, "diam": [3, 1], "parent": "soma", "nseg": 11},
                                 {"name": "dend[1]", "L": 200, "diam": 1, "parent": "dend", "nseg": 7}],
        "biophysics": {"regions": {"all": {"mechanisms": {"pas": {}}}, "soma": {"mechanisms": {"hh": {}}}}}}


def run(rall, folder, config, *options):
    (folder / "config.json").write_text(json.dumps(config))
    done = subprocess.run([rall, "run", folder / "config.json", "--output-dir", folder / "out", "--double-reports", *options], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    reports = {}
    for report in config["reports"]:
        with h5py.File(folder / "out" / f"{report}.h5") as file:
            (population,) = file["report"].values()
            reports[report] = population["data"][:]
    return reports, {path.name: path.read_text() for path in (folder / "out").glob("*.csv")}


def synapses(cells, location, rule="all_to_all"):
    return {"cells": {"cell": CELL}, "run": {"tstop": 50}, "generators": {"stim": {"mechanism": "NetStim", "parameters": {"interval": 3, "start": 1, "noise": 1}}},
            "synapses": {"exc": {"mechanism": "ExpSyn", "parameters": {"tau": 2}, "location": location, "rule": rule} | ({"cells": cells} if cells else {})},
            "connections": [{"source": "stim", "target": "exc", "weight": 0.0005}],
            "reports": {"v": {"cells": "cell", "location": "soma(0.5)", "variable_name": "v"}, "g": {"synapses": "exc", "variable_name": "g"}}}


def test_drawn_places_can_be_placed_again(rall, folder):
    first, files = run(rall, folder, synapses(None, {"region": "dend", "density": 0.1, "distance": [50, 400]}), "--threads", "1")
    two, same = run(rall, folder, synapses(None, {"region": "dend", "density": 0.1, "distance": [50, 400]}), "--threads", "2")
    assert files == same and all((first[name] == two[name]).all() for name in first)
    record = json.loads((folder / "out" / "run.json").read_text())
    assert "exc_places.csv" in record["files"], record["files"]
    (folder / "places.csv").write_text(files["exc_places.csv"])
    again, none = run(rall, folder, synapses({"csv": "places.csv", "column": "cells"}, {"csv": "places.csv", "column": "location"}, "one_to_one"))
    assert none == {}, "the file of the former run stays behind"
    assert first["g"].shape[1] > 100 and numpy.ptp(first["v"]) > 1
    for name in first:
        assert (first[name] == again[name]).all(), name


def test_potentials_turn_with_the_cell(rall, folder):
    electrodes = numpy.array([[30, 40, 10], [200, -30, 60], [-40, 15, -25.0]])
    w, x, y, z = q = numpy.array([0.3, -0.5, 0.6, 0.2]) / numpy.linalg.norm([0.3, -0.5, 0.6, 0.2])
    turn = numpy.array([[1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)], [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
                        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)]])
    to = numpy.array([500, -200, 40.0])

    def potentials(electrodes, place, count=1):
        cell = CELL | {"count": count} | place
        return run(rall, folder, {"cells": {"cell": cell}, "run": {"tstop": 20}, "inputs": {"step": {"module": "linear", "input_type": "current_clamp",
                   "amp_start": 0.5, "delay": 1, "duration": 15}}, "reports": {"lfp": {"type": "lfp", "electrodes": electrodes.tolist()}}})[0]["lfp"]

    here = potentials(electrodes, {})
    there = potentials(electrodes @ turn.T + to, {"position": to.tolist(), "rotation": q.tolist()})
    scale = numpy.abs(here).max()
    assert scale > 1e-4 and numpy.abs(here - there).max() < 1e-12 * scale * 1e3, numpy.abs(here - there).max() / scale
    (folder / "cells.csv").write_text("name,x,y,z\na,0,0,0\nb,500,-200,40\n")
    both = potentials(electrodes, {"position": "cells.csv"}, 2)
    other = potentials(electrodes - to, {})
    assert numpy.abs(both - here - other).max() < 1e-9 * scale
    assert numpy.abs(both - here).max() > 1e-3 * scale


if __name__ == "__main__":
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            with tempfile.TemporaryDirectory() as folder:
                print(name)
                test(sys.argv[1], Path(folder))
