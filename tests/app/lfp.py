#!/usr/bin/python3
"""Potentials at electrodes: against LFPykit on the same currents and shape, against what Ohm's law says, and alike over threads and groups.

    lfp.py RALL ENVIRONMENT

LFPykit is installed from PyPI into the virtual environment if it is not there. Exit code 77: PyPI cannot be reached.
"""
import json
import subprocess
import sys
import tempfile
from math import pi
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from pypi import enter

SWC = """1 1 0 0 0 10 -1
2 3 10 0 0 1 1
3 3 60 30 0 1 2
4 3 110 40 20 1 3
5 3 200 40 20 1 4
6 3 110 140 50 1 4
7 3 110 140 90 1 6
"""
DIAM = [20, 2, 2, 2]
POINTS = [[(-10, 0, 0), (10, 0, 0)],  # the sphere of a one-point soma is a cylinder along x
          [(10, 0, 0), (60, 30, 0), (110, 40, 20)],
          [(110, 40, 20), (200, 40, 20)],
          [(110, 40, 20), (110, 140, 50), (110, 140, 90)]]
# Far, near, inside of dendrites and soma, on the axis of a compartment, beyond its end.
ELECTRODES = [(500, -300, 100), (30, 40, 10), (150, 40.3, 20), (150, 40, 20), (0, 0, 0), (3, 4, 1), (0, 11, 0), (110, 140, 90.5), (200.4, 40, 20),
              (110.3, 140.2, 70), (-12, 0, 0)]
METHODS = ["line_source", "point_source", "root_as_point"]
ISOTROPIC, ANISOTROPIC = 0.3, [0.2, 0.35, 0.5]


def run(rall, folder, config, name="out", *options):
    """The reports of a run, each (data, mapping)."""
    import h5py
    path = folder / "config.json"
    path.write_text(json.dumps(config))
    done = subprocess.run([rall, "run", path, "--double-reports", "--no-html", "--output-dir", folder / name, *options], capture_output=True,
                          text=True)
    assert done.returncode == 0, done.stderr
    reports = {}
    for report in config["reports"]:
        with h5py.File(folder / name / f"{report}.h5") as file:
            (population,) = file["report"].values()
            reports[report] = population["data"][()], {key: value[()] for key, value in population["mapping"].items()}
    return reports


def model(folder, **changes):
    (folder / "cell.swc").write_text(SWC)
    (folder / "electrodes.csv").write_text("x,y,z\n" + "".join(f"{x},{y},{z}\n" for x, y, z in ELECTRODES))
    return {"cells": {"c": {"morphology": "cell.swc", "biophysics": {"nseg": {"soma": 1, "dend": 5},
                            "regions": {"all": {"Ra": 100, "mechanisms": {"pas": {"g": 1e-4, "e": -65}}}, "soma": {"mechanisms": {"hh": {}}}}}}},
            "run": {"tstop": 8}, "conditions": {"celsius": 6.3, "v_init": -65},
            "synapses": {"syn": {"mechanism": "ExpSyn", "location": ["dend[2](0.7)", "dend[1](1)", "dend[0](1)"], "parameters": {"tau": 2}}},
            "generators": {"once": {"times": [1]}},
            "connections": [{"source": "once", "target": "syn", "weight": 0.01, "delay": 1}], **changes}


def lfp(method="line_source", conductivity=ISOTROPIC, electrodes="electrodes.csv", **more):
    return {"type": "lfp", "electrodes": electrodes, "method": method, "conductivity": conductivity, **more}


def compartments(mapping):
    """Ends (um) of the compartments of a report, along the 3-D points."""
    import numpy
    ends = []
    sections = mapping["element_ids"]
    for section, x in zip(sections, mapping["element_pos"]):
        points = numpy.array(POINTS[section], dtype=float)
        arc = numpy.concatenate([[0], numpy.cumsum(numpy.linalg.norm(numpy.diff(points, axis=0), axis=1))])
        n = (sections == section).sum()
        k = int(x * n)
        ends.append([[numpy.interp(arc[-1] * edge / n, arc, points[:, axis]) for edge in (k, k + 1)] for axis in range(3)])
    return numpy.array(ends)


def against_lfpykit(rall, folder):
    import lfpykit
    import numpy
    cases = {f"{method}_{kind}": (method, conductivity) for method in METHODS
             for kind, conductivity in (("isotropic", ISOTROPIC), ("anisotropic", ANISOTROPIC))}
    reports = {"i": {"sections": "all", "variable_name": "i_membrane"}, **{name: lfp(*case) for name, case in cases.items()}}
    found = run(rall, folder, model(folder, synapses={"syn": {"mechanism": "ExpSyn", "location": "dend[2](0.7)"}}, reports=reports))
    currents, mapping = found["i"]
    assert currents.shape == (320, 16) and numpy.abs(currents).max() > 0.01
    x, y, z = compartments(mapping).transpose(1, 0, 2)
    cell = lfpykit.CellGeometry(x=x, y=y, z=z, d=numpy.array(DIAM, dtype=float)[mapping["element_ids"]])
    to = numpy.array(ELECTRODES, dtype=float).T
    for name, (method, conductivity) in cases.items():
        kind = {"line_source": "linesource", "point_source": "pointsource"}.get(method, method)
        electrode = lfpykit.RecExtElectrode(cell, sigma=conductivity, x=to[0], y=to[1], z=to[2], method=kind)
        expected = (electrode.get_transformation_matrix() @ currents.T).T
        data, columns = found[name]
        assert data.shape == expected.shape == (320, len(ELECTRODES)), data.shape
        assert numpy.allclose(columns["positions"], ELECTRODES, rtol=0, atol=0)
        off = (numpy.abs(data - expected).max(axis=0) / numpy.abs(expected).max(axis=0))
        print(f"{name}: within {off.max():.1e} of LFPykit")
        assert off.max() < 1e-9, (name, off)


def charge_is_kept(rall, folder):
    """All currents of a cell without electrodes add up to none, those at ends of sections too: far away no charge is seen."""
    import numpy
    far = 1e8
    inputs = {"clamp": {"module": "linear", "input_type": "current_clamp", "amp_start": 0.1, "delay": 0, "duration": 100, "location": "soma(0.5)"}}
    reports = {"far": lfp("point_source", electrodes=[[0, 0, far]]), "near": lfp(electrodes=[[20, 20, 20]]),
               "i": {"sections": "all", "variable_name": "i_membrane"},
               "syn": {"synapses": "syn", "variable_name": "i"}}
    found = run(rall, folder, model(folder, reports=reports))
    total = found["far"][0][1:, 0] * 4 * pi * ISOTROPIC * far
    most = numpy.abs(found["syn"][0]).max()
    assert most > 0.05
    print(f"all currents add up to {numpy.abs(total).max():.1e} nA, of {most:.2g} nA in a synapse")
    assert numpy.abs(total).max() < 1e-5 * most, total  # what is left is the dipole, 1e-6 of the distance
    # Where no synapse lies at an end, the compartments alone add up to nothing, and to the current of a clamp where there is one.
    middle = {"syn": {"mechanism": "ExpSyn", "location": "dend[2](0.7)"}}
    for extra, expected in (({}, 0), ({"inputs": inputs}, 0.1)):
        currents = run(rall, folder, model(folder, synapses=middle, reports={"i": reports["i"]}, **extra))["i"][0][1:]
        off = numpy.abs(currents.sum(axis=1) - expected).max() / numpy.abs(currents).max()
        print(f"compartments add up to {expected} nA within {off:.1e} of the largest current")
        assert off < 1e-9, off


def ohm(rall, folder):
    """A sphere with 0.1 nA through its membrane: I / (4 pi sigma r), and 1 / sqrt(sy sz dx^2 + ...) where conductivities differ."""
    import numpy
    config = {"cells": {"c": {"stylized": [{"name": "soma", "L": 10, "diam": 10}],
                              "biophysics": {"regions": {"all": {"mechanisms": {"pas": {"g": 1e-4, "e": -65}}}}}}},
              "run": {"tstop": 2},
              "inputs": {"i": {"module": "linear", "input_type": "current_clamp", "amp_start": 0.1, "delay": 0, "duration": 9}}}
    probe = {"near": lfp("point_source", electrodes=[[1e4, 0, 0], [0, 1e4, 0], [0, 0, -1e4]], conductivity=0.5),
             "line": lfp("line_source", electrodes=[[1e4, 0, 0]], conductivity=0.5),
             "axes": lfp("point_source", electrodes=[[1e4, 0, 0], [0, 1e4, 0], [0, 0, 1e4]], conductivity=[0.1, 0.2, 0.4])}
    found = run(rall, folder, {**config, "reports": probe})
    one = 0.1 / (4 * pi * 0.5 * 1e4)
    assert numpy.allclose(found["near"][0][1:], one, rtol=2e-3, atol=0), found["near"][0][1]
    assert numpy.allclose(found["line"][0][1:, 0], one, rtol=2e-3, atol=0)
    axes = 0.1 / (4 * pi * 1e4 * numpy.sqrt([0.2 * 0.4, 0.1 * 0.4, 0.1 * 0.2]))
    assert numpy.allclose(found["axes"][0][1:], axes, rtol=2e-3, atol=0), (found["axes"][0][1], axes)
    print("a sphere obeys Ohm's law")


def same_bits(rall, folder):
    """Potentials of a small network do not depend on threads and groups; a record names electrodes and the unit."""
    import numpy
    config = model(folder, reports={"lfp": lfp(dt=0.1, start_time=1, end_time=6), "part": lfp(cells=["c[3]", "c[5]"])})
    config["cells"]["c"]["count"] = 8
    config["connections"].append({"source": "c", "target": "syn", "rule": "one_to_one", "shift": 5, "weight": 0.02, "delay": 1.5})
    reference = run(rall, folder, config, "reference", "--threads", "1", "--group-bytes", "100000000")
    assert reference["lfp"][0].shape == (50, len(ELECTRODES)) and numpy.abs(reference["lfp"][0]).max() > 1e-4
    for threads, group_bytes in (("1", "1"), ("2", "1"), ("2", "20000"), ("4", "100000000")):
        again = run(rall, folder, config, f"{threads}_{group_bytes}", "--threads", threads, "--group-bytes", group_bytes)
        for name, (data, _) in reference.items():
            assert data.tobytes() == again[name][0].tobytes(), f"{name} differs with {threads} threads, groups of {group_bytes} bytes"
    record = json.loads((folder / "reference" / "run.json").read_text())
    report = record["reports"][0]
    assert report["units"] == "mV" and report["variable"] == "potential", report
    assert report["columns"][2] == "electrode[2] (150, 40.3, 20)", report["columns"]
    assert any(found["code"] == "lfp-same-place" for found in record["diagnostics"])
    done = subprocess.run([rall, "report", folder / "reference"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "electrode[2] (150, 40.3, 20)" in (folder / "reference" / "report.html").read_text()
    print("8 cells make the same potentials over threads and groups")


def main(rall, environment):
    enter(environment, "lfpykit", "numpy", "h5py")
    for test in (against_lfpykit, charge_is_kept, ohm, same_bits):
        with tempfile.TemporaryDirectory() as folder:
            test(rall, Path(folder))


if __name__ == "__main__":
    main(*sys.argv[1:])
