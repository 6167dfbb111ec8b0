#!/usr/bin/python3
"""What a connection takes: the peak of memory of runs that differ in connections only, made by rules and read from a file:
connection_memory.py RALL"""
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

CELLS, CONNECTIONS = 1000, 2_000_000
PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
"""


def peak(rall, folder, connections):
    """Bytes."""
    config = {"cells": {"c": {"count": CELLS, "stylized": [{"name": "soma", "L": 20, "diam": 20}],
                              "biophysics": {"regions": {"all": {"mechanisms": {"pas": {}}}}}}},
              "run": {"tstop": 0.5, "dt": 0.1}, "synapses": {"s": {"mechanism": "ExpSyn", "location": "soma(0.5)"}},
              "connections": connections}
    (folder / "config.json").write_text(json.dumps(config))
    done = subprocess.run([sys.executable, "-c", PEAK, rall, "run", folder / "config.json", "--output-dir", folder / "out", "--quiet",
                           "--no-html"], check=True, capture_output=True, text=True)
    return int(done.stdout)


def main(rall):
    drawn = {"distribution": "uniform", "low": 1, "high": 3}
    rules = {"fixed_indegree": {"indegree": CONNECTIONS // CELLS, "allow_multapses": True},
             "fixed_total_number": {"N": CONNECTIONS, "allow_multapses": True}}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        none = peak(rall, folder, [])
        entries = {rule: {"rule": rule, **keys, "weight": 1e-6, "delay": drawn} for rule, keys in rules.items()}
        draw = random.Random(1)
        with open(folder / "pairs.csv", "w") as file:
            file.write("source,target,weight,delay\n")
            for _ in range(CONNECTIONS):
                file.write(f"{draw.randrange(CELLS)},{draw.randrange(CELLS)},1e-6,{1 + draw.random()}\n")
        entries["pairs"] = {"pairs": {"csv": "pairs.csv"}}
        for way, entry in entries.items():
            each = (peak(rall, folder, [{"source": "c", "target": "s", **entry}]) - none) / CONNECTIONS
            print(f"{way}: {each:.1f} bytes per connection")
            assert 15 < each < 24, way  # 20 stay; half of a megabyte of other things is a quarter of a byte each


main(*sys.argv[1:])
