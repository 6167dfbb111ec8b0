#!/usr/bin/python3
"""Runs the same tests on the host and on the emulated device, and compares every run bit by bit.

    compare.py [--lanes ORDER,...] [--team N,...] [--faulty] HOST EMULATED [DOCTEST OPTIONS]

HOST and EMULATED are two programs that hold the same tests (tests/emulated/CMakeLists.txt). Each run that a test makes leaves a line in the
file that RALL_RECORD names. --faulty: a fault was seeded into the kernels, so that lines must differ, tests fail, or ThreadSanitizer must report, in every
order that is asked for.
"""
import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

LONGEST = 3600  # s
HOST_ONLY = "on a host "  # tests so named make runs on a host only


def run(program, options, **environment):
    """Lines of all runs, what the program printed, and its exit code."""
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder) / "record"
        done = subprocess.run([program, *options], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=LONGEST,
                              env={**os.environ, "OMP_NUM_THREADS": "1", "RALL_RECORD": str(record), **environment})
        return record.read_text().splitlines() if record.exists() else [], done.stdout, done.returncode


def complaints(expected, lines, output, code):
    if "ThreadSanitizer: " in output:
        first = output.index("WARNING: ThreadSanitizer")
        yield f"{output.count('WARNING: ThreadSanitizer')} reports of ThreadSanitizer, the first:\n{output[first:first + 3000]}"
    elif code:
        yield f"the tests ended with {code}:\n{output[-3000:]}"
    if lines != expected:
        differing = [pair for pair in zip(expected, lines) if pair[0] != pair[1]]
        yield f"{len(expected)} runs on the host, {len(lines)} on the device, {len(differing)} differ" + "".join(
            f"\n    host   {ours}\n    device {theirs}" for ours, theirs in differing[:5])


def main(lanes, team, faulty, host, emulated, options):
    expected, output, code = run(host, options)
    expected = [line for line in expected if not line.startswith(HOST_ONLY)]
    if code or not expected:
        sys.exit(f"{host} ended with {code}, and made {len(expected)} runs:\n{output[-3000:]}")
    failed = False
    for order in lanes.split(","):
        for size in team.split(","):
            found = list(complaints(expected, *run(emulated, options, RALL_LANES=order, RALL_TEAM=size)))
            failed |= bool(found) != faulty
            verdict = ("as it must not" if not found else "as it must") if faulty else "as on the host"
            print(f"{size} threads, {order}: {len(expected)} runs " + ("pass, " + verdict if not found else "fail" + (", " + verdict if faulty else "")))
            if found:
                print("\n".join(found)[: 400 if faulty else 10000])
    sys.exit(failed)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--lanes", default="forward,reverse,shuffled")
    parser.add_argument("--team", default="5")
    parser.add_argument("--faulty", action="store_true")
    parser.add_argument("host")
    parser.add_argument("emulated")
    arguments, rest = parser.parse_known_args()
    main(**vars(arguments), options=rest)
