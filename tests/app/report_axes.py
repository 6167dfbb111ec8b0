#!/usr/bin/python3
"""What a report says of its time axis is what its rows are: as libsonata reads it, and in Rall's own messages.

    report_axes.py RALL ENVIRONMENT

libsonata is installed from PyPI into the virtual environment if it is not there. Exit code 77: PyPI cannot be reached.
"""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from pypi import enter

cell = {"stylized": [{"name": "soma", "L": 20, "diam": 20}],
        "biophysics": {"regions": {"all": {"mechanisms": {"pas": {"g": 1e-4, "e": -70}}}}, "nseg": 1}}

# run, report, then: start, rows and dt of the file (in steps of run.dt), and what must be told (nothing: no word of the report's times).
cases = {
    "end beyond the run": ({"tstop": 10}, {"end_time": 1e9}, (0, 400, 1), ["ends with the run, at 10 ms"]),
    "end at the run's end": ({"tstop": 10}, {"end_time": 10}, (0, 400, 1), []),
    "the run ends between two samples": ({"tstop": 10.01}, {"dt": 0.1}, (0, 101, 4), ["samples before 10.01 ms end at 10 ms"]),
    "dt a little longer than a step": ({"tstop": 9}, {"dt": 0.03}, (0, 360, 1), ["dt 0.03 ms", "samples are 0.025 ms apart"]),
    "dt between two and three steps": ({"tstop": 10}, {"dt": 0.07, "start_time": 1.0, "end_time": 2.0}, (40, 14, 3),
                                       ["samples are 0.075 ms apart", "samples before 2 ms end at 1.975 ms"]),
    "dt shorter than a step": ({"tstop": 1}, {"dt": 0.01}, (0, 40, 1), ["dt 0.01 ms", "samples are 0.025 ms apart"]),
    "start between two steps": ({"tstop": 2}, {"start_time": 0.51}, (21, 59, 1), ["the first sample is at 0.525 ms"]),
    "start -0.0": ({"tstop": 1}, {"start_time": -0.0}, (0, 40, 1), []),
    "one row": ({"tstop": 5}, {"start_time": 1, "end_time": 1.0001}, (40, 1, 1), ["end at 1 ms"]),
    "dt longer than the run": ({"tstop": 5}, {"dt": 100}, (0, 1, 4000), ["end at 0 ms"]),
    "a dt that binary fractions miss": ({"tstop": 30, "dt": 0.1}, {"dt": 0.3}, (0, 100, 3), []),
    "a third": ({"tstop": 20, "dt": 1 / 3}, {"dt": 1}, (0, 20, 3), []),
    "variable steps": ({"tstop": 10.01, "integration_method": "cvode"}, {"dt": 0.1}, (0, 101, 4), ["end at 10 ms"]),
}


def check(rall, name, run, report, expected, told, folder):
    import libsonata
    import numpy
    config = {"cells": {"c": cell}, "run": run, "conditions": {"celsius": 20, "v_init": -60},
              "reports": {"v": {"location": "soma(0.5)", "variable_name": "v", **report}}, "output": {"output_dir": "out"}}
    path = folder / "config.json"
    path.write_text(json.dumps(config))
    done = subprocess.run([rall, "run", path, "--no-html", "--verbose"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    said = [line for line in done.stderr.split("\n") if "[report-" in line]
    for text in told:
        assert any(text in line for line in said), f"not said: {text}\n{done.stderr}"
    assert told or not said, said
    step = run.get("dt", 0.025)
    start, rows, period = expected
    population = libsonata.ElementReportReader(str(folder / "out" / "v.h5"))["cells"]
    begin, end, dt = population.times
    assert (str(begin), begin) == (str(start * step), start * step), begin
    assert abs(dt - period * step) < 1e-12, dt
    assert abs(end - (begin + rows * dt)) < 1e-9, (begin, end, dt)
    frame = population.get()
    assert frame.data.shape == (rows, 1), frame.data.shape
    assert numpy.allclose(frame.times, begin + dt * numpy.arange(rows), atol=1e-9, rtol=0)
    # The passive cell relaxes: each row is the potential at its own time.
    relaxed = -70 + 10 * numpy.exp(-numpy.array(frame.times) / 10)
    assert numpy.abs(frame.data[:, 0] - relaxed).max() < 0.15 * step / 0.025, numpy.abs(frame.data[:, 0] - relaxed).max()


def several_entries(rall, folder):
    """One report over synapses of several entries, with names for its columns."""
    import h5py
    import libsonata
    config = {"cells": {"c": {**cell, "count": 3}}, "run": {"tstop": 2},
              "synapses": {"fast": {"mechanism": "ExpSyn", "location": "soma(0.5)"},
                           "slow": {"mechanism": "Exp2Syn", "cells": ["c[0]", "c[2]"], "location": "soma(0.5)"}},
              "reports": {"i": {"synapses": ["slow", "fast"], "variable_name": "i"}}, "output": {"output_dir": "out"}}
    path = folder / "config.json"
    path.write_text(json.dumps(config))
    done = subprocess.run([rall, "run", path, "--no-html"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    names = ["c[0] soma(0.5) slow[0]", "c[0] soma(0.5) fast[0]", "c[1] soma(0.5) fast[1]", "c[2] soma(0.5) slow[1]",
             "c[2] soma(0.5) fast[2]"]
    with h5py.File(folder / "out" / "i.h5") as file:
        assert [name.decode() for name in file["report/cells/mapping/column_names"]] == names
    (report,) = json.loads((folder / "out" / "run.json").read_text())["reports"]
    assert report["columns"] == names, report
    population = libsonata.ElementReportReader(str(folder / "out" / "i.h5"))["cells"]
    assert population.get_node_ids() == [0, 1, 2]
    assert population.get(node_ids=[2]).data.shape == (80, 2)


def main(rall, environment):
    enter(environment, "libsonata", "h5py")
    wrong = []
    for name, case in cases.items():
        with tempfile.TemporaryDirectory() as folder:
            try:
                check(rall, name, *case, Path(folder))
            except AssertionError as failure:
                wrong.append(f"{name}: {failure}")
    with tempfile.TemporaryDirectory() as folder:
        several_entries(rall, Path(folder))
    print("\n".join(wrong) or f"{len(cases)} time axes and a report over two entries are as they say")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main(*sys.argv[1:])
