#!/usr/bin/python3
"""One network on several ranks of MPI: seconds of its time loop, what of them goes into exchanges and waiting, and memory of each.

    bench/ranks.py [--rall build/release/bin/rall] [--mpiexec mpirun] [--ranks 1 2 4] [--cells 1000] [--tstop 200] [--edges 10000000] [--output bench/results/NAME.json]

A network of cells of a soma and a dendrite of 20 compartments with Hodgkin and Huxley's channels, each with 100 excitatory and 25 inhibitory synapses from
others, one thread for each rank; then a circuit of edges (bench/edges.py), of which one step is run. Where there are more ranks than cores the
seconds say nothing but what an exchange costs then.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

import edges as circuit
from rall_side import ROOT, processor

ENVIRONMENT = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_rmaps_base_oversubscribe": "1"}


def network(cells, tstop):
    inhibitory = cells // 5
    biophysics = {"regions": {"all": {"cm": 1, "Ra": 120, "mechanisms": {"hh": {}}}}}
    shape = [{"name": "soma", "L": 20, "diam": 20}, {"name": "dend[0]", "L": 400, "diam": 2, "nseg": 20, "parent": "soma"}]
    return {
        "cells": {"exc": {"count": cells - inhibitory, "stylized": shape, "biophysics": biophysics},
                  "inh": {"count": inhibitory, "stylized": shape, "biophysics": biophysics}},
        "synapses": {f"{kind}_{to}": {"mechanism": "ExpSyn", "cells": to, "location": "dend[0](0.5)", "parameters": parameters}
                     for to in ("exc", "inh") for kind, parameters in (("ampa", {"tau": 2, "e": 0}), ("gaba", {"tau": 8, "e": -80}))},
        "generators": {"drive": {"mechanism": "NetStim", "count": cells // 5, "parameters": {"interval": 20, "number": 1e9, "start": 0, "noise": 1}}},
        "connections": [{"source": "exc", "target": f"ampa_{to}", "rule": "fixed_indegree", "indegree": 100, "weight": 2e-5, "delay": 1} for to in ("exc", "inh")]
        + [{"source": "inh", "target": f"gaba_{to}", "rule": "fixed_indegree", "indegree": 25, "weight": 1e-4, "delay": 1} for to in ("exc", "inh")]
        + [{"source": "drive", "target": f"ampa_{to}", "rule": "fixed_indegree", "indegree": 10, "weight": 2e-3, "delay": 1} for to in ("exc", "inh")],
        "run": {"tstop": tstop, "dt": 0.025}, "conditions": {"celsius": 6.3, "v_init": -65}, "output": {"output_dir": "out"},
    }


def measure(options, config, ranks, folder):
    summary = folder / "summary.json"
    start = [options.mpiexec, "-n", str(ranks)] if ranks > 1 else []
    done = subprocess.run([*start, options.rall, "run", config, "--threads", "1", "--no-html", "--quiet", "--output-dir", folder / "out", "--summary", summary],
                          capture_output=True, text=True, env=ENVIRONMENT)
    if done.returncode:
        sys.exit(f"rall failed on {config} with {ranks} ranks:\n{done.stderr}")
    said = json.loads(summary.read_text())
    each = said["ranks"]["each"] if ranks > 1 else [{"peak_memory_bytes": said["peak_memory_bytes"], "seconds": {"compute": said["seconds"]["time_loop"], "exchange": 0, "waiting": 0}}]
    loop = said["seconds"]["time_loop"]
    return {"ranks": ranks, "spikes": said["spikes"], "time_loop_s": loop,
            "exchange": max(part["seconds"]["exchange"] for part in each) / loop, "waiting": max(part["seconds"]["waiting"] for part in each) / loop,
            "load_imbalance": said["ranks"]["load_imbalance"] if ranks > 1 else 1, "peak_memory_bytes": max(part["peak_memory_bytes"] for part in each)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rall", default=ROOT / "build/release/bin/rall")
    parser.add_argument("--mpiexec", default="mpirun")
    parser.add_argument("--ranks", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--cells", type=int, default=1000)
    parser.add_argument("--tstop", type=float, default=200)
    parser.add_argument("--edges", type=int, default=10_000_000)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    found = {"processor": processor(), "cores": os.cpu_count(), "date": date.today().isoformat(), "network": [], "edges": []}
    with tempfile.TemporaryDirectory() as holder:
        folder = Path(holder)
        config = folder / "network.json"
        config.write_text(json.dumps(network(options.cells, options.tstop)))
        works = [("network", config)]
        if options.edges:
            works.append(("edges", circuit.write(folder / "edges", "synapses", options.edges // 1000, options.edges)))
        for name, work in works:
            for ranks in options.ranks:
                row = measure(options, work, ranks, folder)
                found[name].append(row)
                first = found[name][0]
                print(f"{name} on {ranks} rank(s): {row['time_loop_s']:.2f} s ({first['time_loop_s'] / row['time_loop_s']:.2f} times as fast), exchange {row['exchange']:.1%}, "
                      f"waiting {row['waiting']:.1%}, imbalance {row['load_imbalance']:.3f}, peak of a rank {row['peak_memory_bytes'] / 1e6:.0f} MB "
                      f"({row['peak_memory_bytes'] / first['peak_memory_bytes']:.0%}), {row['spikes']} spikes", flush=True)
    if options.output:
        options.output.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
