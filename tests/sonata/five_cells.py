#!/usr/bin/python3
"""5_cells_iclamp as it stands: the 124 spikes that its authors saw in NEURON, none besides, at most two steps of
0.1 ms apart (tests/neuron/allen_cells.py says why); reports of somata, and potentials at the electrodes.

    five_cells.py RALL CONFIG
"""
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py
import numpy


def trains(file):
    with h5py.File(file) as spikes:
        ids, times = (spikes[f"spikes/biophysical/{key}"][:] for key in ("node_ids", "timestamps"))
    return [numpy.sort(times[ids == node]) for node in range(5)]


def main(rall, config):
    config = Path(config).resolve()
    with tempfile.TemporaryDirectory() as name:
        out = Path(name) / "out"
        subprocess.run([rall, "run", config, "--output-dir", out, "--no-html", "--quiet"], check=True)
        ours, theirs = trains(out / "spikes.h5"), trains(config.parent / "output" / "spikes.h5")
        assert sum(map(len, theirs)) == 124
        for node, (mine, authors) in enumerate(zip(ours, theirs)):
            assert len(mine) == len(authors), (node, len(mine), len(authors))
            worst = abs(mine - authors).max()
            print(f"node {node}: {len(mine)} spikes, at most {worst:.1f} ms apart")
            assert worst < 0.25
        for report, population, shape in (("membrane_potential", "biophysical", 5), ("calcium_concentration", "biophysical", 5), ("ecp", "electrodes", 86)):
            with h5py.File(out / f"{report}.h5") as file:
                data = file[f"report/{population}/data"]
                assert data.shape == (40000, shape) and numpy.isfinite(data[:]).all() and numpy.ptp(data[:]) > 0, report
                assert shape != 5 or list(file[f"report/{population}/mapping/node_ids"][:]) == [0, 1, 2, 3, 4]


if __name__ == "__main__":
    main(*sys.argv[1:])
