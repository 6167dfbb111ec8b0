#!/usr/bin/python3
"""Runs configs on the host and on the emulated device, and compares spikes and reports bit by bit.

    cases.py [--lanes ORDER,...] [--team N] RALL RALL_EMULATED CASE.json...
"""
import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py
import numpy


def run(program, case, folder, **environment):
    """All datasets of all files {name: values}, and what the program printed."""
    done = subprocess.run([program, "run", case, "--output-dir", folder, "--double-reports"], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, env={**os.environ, "OMP_NUM_THREADS": "1", **environment})
    found = {}
    for path in Path(folder).glob("*.h5"):
        with h5py.File(path) as file:
            file.visititems(lambda name, item, of=path.stem: found.__setitem__(f"{of}/{name}", item[()])
                            if isinstance(item, h5py.Dataset) else None)
    return found, done.stdout, done.returncode


def differences(ours, theirs):
    if ours.keys() != theirs.keys():
        yield f"datasets: {sorted(ours.keys() ^ theirs.keys())}"
    for name in ours.keys() & theirs.keys():
        a, b = (numpy.asarray(values) for values in (ours[name], theirs[name]))
        if a.shape != b.shape:
            yield f"{name}: {a.shape} on the host, {b.shape} on the device"
        elif a.tobytes() != b.tobytes() if a.dtype.kind in "fiu" else (a != b).any():
            numbers = a.dtype.kind in "fiu"
            yield f"{name}: {int((a != b).sum())} of {a.size} numbers differ" + (f", by up to {numpy.abs(a.astype(float) - b).max():.3g}" if numbers else "")


def main(lanes, team, host, emulated, cases):
    failed = False
    for case in cases:
        with tempfile.TemporaryDirectory() as folder:
            expected, output, code = run(host, case, folder)
        if code:
            sys.exit(f"{host} run {case} ended with {code}:\n{output}")
        for order in lanes.split(","):
            with tempfile.TemporaryDirectory() as folder:
                found, output, code = run(emulated, case, folder, RALL_LANES=order, RALL_TEAM=team)
            wrong = [f"ended with {code}:\n{output}"] if code else list(differences(expected, found))
            if not code and "ThreadSanitizer: " in output:
                wrong.append(output)
            print(f"{Path(case).stem}, {team} threads, {order}: " + ("; ".join(wrong) or f"{len(expected)} datasets as on the host"), flush=True)
            failed |= bool(wrong)
    sys.exit(failed)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--lanes", default="forward,reverse,shuffled")
    parser.add_argument("--team", default="5")
    parser.add_argument("host")
    parser.add_argument("emulated")
    parser.add_argument("cases", nargs="+")
    main(**vars(parser.parse_args()))
