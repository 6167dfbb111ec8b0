#!/usr/bin/python3
"""The page of a run of 100,000 cells and ten million spikes: in seconds, of a few MB, without holding all spikes, and with the right numbers.

    large_report.py RALL
"""
import base64
import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import h5py
import numpy

COUNTS = {"exc": 80_000, "inh": 19_000, "few": 1_000}
SPIKES, UNTIL, BIN, STEP = 10_000_000, 1000, 5, 40  # ms
MOST_BYTES, MOST_SECONDS, MOST_MEMORY = 4_000_000, 20, 120e6  # the spikes are 160 MB

CELL = {"stylized": [{"name": "soma", "L": 20, "diam": 20}], "biophysics": {"regions": {"all": {"mechanisms": {"pas": {}}}}, "nseg": 1}}
CONFIG = {"cells": {name: {**CELL, "count": n} for name, n in COUNTS.items()}, "run": {"tstop": 0.1, "dt": 0.1}, "conditions": {"celsius": 6.3, "v_init": -65},
          "synapses": {"ampa": {"mechanism": "ExpSyn", "location": "soma(0.5)"}},
          "connections": [{"source": "exc", "target": "ampa", "rule": "one_to_one", "shift": 70_000, "weight": 0.5, "delay": 2}]}


PEAK = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=2); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"


def invent_spikes(out):
    """Those of a run of UNTIL ms, in the place of the real ones."""
    random = numpy.random.default_rng(1)
    times = numpy.sort(random.uniform(0, UNTIL, SPIKES))
    cells = random.integers(0, sum(COUNTS.values()), SPIKES)
    cells[:1000] = 0  # one cell fires more than others
    with h5py.File(out / "spikes.h5", "w") as file:
        file["spikes/cells/timestamps"], file["spikes/cells/node_ids"] = times, cells.astype("u8")
    record = json.loads((out / "run.json").read_text())
    record["tstop"] = record["until"] = UNTIL
    record["summary"]["spikes"] = SPIKES
    (out / "run.json").write_text(json.dumps(record))
    return times, cells


def report(rall, out):
    """Seconds and peak memory (bytes) that it takes."""
    # A small process starts it: what this one holds would count as the other's.
    start = time.monotonic()
    peak = subprocess.run([sys.executable, "-c", PEAK, rall, "report", out], check=True, capture_output=True).stdout
    return time.monotonic() - start, 1024 * int(peak)


def check_numbers(page, times, cells):
    data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)[1])
    (raster,) = data["rasters"]
    assert [p["count"] for p in raster["populations"]] == list(COUNTS.values())
    assert (raster["total"], raster["step"], raster["spike_step"], raster["bin"]) == (SPIKES, STEP, 1, BIN)
    first = 0
    for rates, n in zip(raster["rates"], COUNTS.values(), strict=True):
        mine = times[(cells >= first) & (cells < first + n)]
        expected = numpy.histogram(mine, numpy.arange(0, UNTIL + BIN, BIN))[0] / (n * BIN / 1000)
        assert numpy.abs(numpy.array(rates) - expected).max() < 1e-4
        first += n
    drawn = numpy.frombuffer(base64.b64decode(raster["times"]), "<f4")
    # All populations begin at multiples of STEP here.
    wanted = [times[cells == cell] for cell in range(0, first, 40 * STEP)]
    begins = numpy.concatenate([[0], numpy.cumsum(raster["counts"])])
    assert len(raster["counts"]) == first / STEP and begins[-1] == len(drawn)
    for k, spikes in enumerate(wanted):
        assert numpy.array_equal(drawn[begins[40 * k]:begins[40 * k + 1]], spikes.astype("f4")), f"the spikes of cell {40 * STEP * k}"
    names = [p["name"] for p in data["network"]["populations"]]
    ways = {(names[w["source"]], names[w["target"]]): w["count"] for w in data["network"]["pathways"]}
    assert ways == {("exc", "exc"): 60_000, ("exc", "inh"): 19_000, ("exc", "few"): 1_000}, ways


def main(rall):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "config.json").write_text(json.dumps(CONFIG))
        subprocess.run([rall, "run", folder / "config.json", "--output-dir", folder / "out", "--quiet", "--no-html"], check=True)
        assert (folder / "out" / "run.json").stat().st_size < 1e6
        times, cells = invent_spikes(folder / "out")
        seconds, memory = report(rall, folder / "out")
        page = (folder / "out" / "report.html").read_text()
        print(f"{seconds:.1f} s, {len(page) / 1e6:.2f} MB, {memory / 1e6:.0f} MB of memory")
        check_numbers(page, times, cells)
        assert len(page) < MOST_BYTES and seconds < MOST_SECONDS and memory < MOST_MEMORY


if __name__ == "__main__":
    main(*sys.argv[1:])
