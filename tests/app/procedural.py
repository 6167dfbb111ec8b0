#!/usr/bin/python3
"""Connections that are made again with each spike: files are byte for byte those of stored ones, whatever the threads, restarts and
ranks, and memory does not grow with connections: procedural.py RALL [MPIEXEC]"""
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

CELL = {"stylized": [{"name": "soma", "L": 20, "diam": 20}], "biophysics": {"regions": {"all": {"mechanisms": {"hh": {}}}}}}
OVERSUBSCRIBED = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_rmaps_base_oversubscribe": "1",
                  "OMPI_MCA_btl_vader_single_copy_mechanism": "none"}
IAF = {"rate": 8000, "w_rate": 0.09}


def drawn(kind, **keys):
    return {"distribution": kind, **keys}


def mixed():
    """Cells with synapses, and integrate-and-fire cells of both kinds, by all rules."""
    return {
        "run": {"tstop": 60, "dt": 0.1, "random_seed": 5},
        "cells": {"cell": {"count": 30, "position": [[30 * k, 0, 0] for k in range(30)], **CELL}},
        "synapses": {"exc": {"mechanism": "ExpSyn", "cells": "cell", "location": ["soma(0.5)", "soma(0.5)"]},
                     "inh": {"mechanism": "ExpSyn", "cells": "cell", "location": "soma(0.5)", "parameters": {"e": -80}}},
        "generators": {"e": {"mechanism": "iaf_psc_exp", "count": 700, "parameters": IAF, "record": True},
                       "a": {"mechanism": "iaf_psc_alpha", "count": 100, "parameters": IAF, "record": True},
                       "m": {"mechanism": "IntFire2", "count": 50, "parameters": {"ib": 0.9}, "record": True}},
        "connections": [
            {"source": "e", "target": "e", "rule": "pairwise_bernoulli", "p": 0.1, "weight": 0.01, "delay": 1.5},
            {"source": "e", "target": "a", "rule": "fixed_outdegree", "outdegree": 20, "weight": drawn("normal", mean=0.02, sd=0.01, low=0),
             "delay": drawn("uniform", low=0.5, high=3)},
            {"source": "a", "target": "e", "rule": "fixed_total_number", "N": 3000, "weight": drawn("lognormal", mu=-4, sigma=0.5),
             "delay": drawn("exponential", mean=1.5), "allow_multapses": True},
            {"source": "e", "target": "exc", "rule": "fixed_total_number", "N": 2000, "weight": 0.0005, "delay": 1},
            {"source": "cell", "target": "exc", "rule": "pairwise_bernoulli", "p": "0.5*exp(-distance/200)", "weight": "0.001/(1 + distance/100)",
             "delay": "0.5 + distance/300"},
            {"source": "cell", "target": "inh", "rule": "one_to_one", "shift": 3, "weight": 0.002, "delay": 1},
            {"source": "cell", "target": "m", "weight": 0.1, "delay": 2},
            {"source": "m", "target": "m", "rule": "fixed_outdegree", "outdegree": 10, "weight": drawn("uniform", low=-0.3, high=0.3)},
            {"source": "m", "target": "a", "rule": "fixed_outdegree", "outdegree": 100, "allow_multapses": True, "weight": -0.05, "delay": 2}],
        "reports": {"v": {"cells": "cell", "location": "soma(0.5)", "variable_name": "v", "dt": 1}}}


def run(rall, folder, name, config, *options, threads=1, ranks=()):
    (folder / f"{name}.json").write_text(json.dumps(config))
    done = subprocess.run([*ranks, rall, "run", folder / f"{name}.json", "--output-dir", folder / name, "--quiet", "--no-html", *options],
                          env={**os.environ, **OVERSUBSCRIBED, "OMP_NUM_THREADS": str(threads)}, capture_output=True, text=True)
    assert done.returncode == 0, (done.returncode, done.stderr)
    return {file: (folder / name / file).read_bytes() for file in ("spikes.h5", "v.h5") if (folder / name / file).exists()}, done.stderr


def same_bytes(rall, folder, mpiexec):
    config = mixed()
    stored, _ = run(rall, folder, "stored", config)
    record = json.loads((folder / "stored/run.json").read_text())
    config["run"]["connectivity"] = "procedural"
    for threads in (1, 2):
        again, _ = run(rall, folder, f"again{threads}", config, threads=threads)
        assert again == stored, threads
    for n in (2, 3) if mpiexec else ():
        assert run(rall, folder, f"ranks{n}", config, ranks=[mpiexec, "-n", str(n)])[0] == stored, n
    # Entry by entry, half of them.
    config = mixed()
    for entry in config["connections"][::2]:
        entry["connectivity"] = "procedural"
    assert run(rall, folder, "half", config)[0] == stored
    # A run that is saved on its way, and one that goes on from there.
    config = mixed()
    config["run"]["connectivity"] = "procedural"
    short = json.loads(json.dumps(config))
    short["run"]["tstop"] = 31.7
    run(rall, folder, "part", short, "--checkpoint")
    again, _ = run(rall, folder, "part", config, "--restart", str(folder / "part.checkpoint.h5"), threads=2)
    assert again == stored
    spikes = record["summary"]["spikes"]
    assert spikes > 2000, spikes
    print(f"stored and procedural agree byte for byte: {spikes} spikes")


def what_stays(rall, folder):
    """With a key for all, what cannot be procedural is stored, and a note says so."""
    config = mixed()
    config["run"]["connectivity"] = "procedural"
    config["connections"].append({"source": "cell", "target": "inh", "rule": "fixed_indegree", "indegree": 3, "weight": 0.001})
    run(rall, folder, "stays", config)
    said = [one["message"] for one in json.loads((folder / "stays/run.json").read_text())["diagnostics"] if one["code"] == "procedural"]
    assert len(said) == 1 and "2 of 10 entries" in said[0] and "fixed_indegree" in said[0], said
    config["run"].pop("connectivity")
    assert run(rall, folder, "stays_stored", config)[0] == {file: (folder / "stays" / file).read_bytes() for file in ("spikes.h5", "v.h5")}


PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
"""


def memory(rall, folder):
    """Bytes that four million connections take more than four thousand."""
    def peak(number, connectivity):
        config = {"cells": {}, "generators": {"e": {"mechanism": "iaf_psc_exp", "count": 4000}}, "run": {"tstop": 1, "dt": 0.1, "connectivity": connectivity},
                  "connections": [{"source": "e", "target": "e", "rule": "fixed_outdegree", "outdegree": number, "weight": 0.001,
                                   "delay": drawn("uniform", low=1, high=3)}]}
        (folder / "memory.json").write_text(json.dumps(config))
        done = subprocess.run([sys.executable, "-c", PEAK, rall, "run", folder / "memory.json", "--output-dir", folder / "memory", "--quiet", "--no-html"],
                              check=True, capture_output=True, text=True)
        return int(done.stdout)
    base = peak(1, "procedural")
    stored, again = (peak(1000, way) - base for way in ("stored", "procedural"))
    print(f"4,000,000 connections: {stored / 4e6:.1f} bytes each stored, {again / 4e6:.2f} procedural")
    assert stored > 15 * 4e6 and again < 4e6


def main(rall, mpiexec=None):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        same_bytes(rall, folder, mpiexec)
        what_stays(rall, folder)
        memory(rall, folder)


main(*sys.argv[1:])
