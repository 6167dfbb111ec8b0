#!/usr/bin/python3
"""What an epoch costs a rank among many: one rank's own code with the spikes of all the others made up (bench/exchange.cpp), what letters take on their way in a
LogP network, and how long ranks wait for one another, with one exchange at the end of each epoch and with exchanges that have a whole epoch to arrive.

    bench/scaling.py [--exchange build/release/bin/rall_exchange] [--ranks 1 4 16 64 256 1000] [--cells 1000] [--output bench/results/NAME.json]

Waiting is simulated: in each epoch the computing time of each rank is drawn, normal with a mean of 1 and a deviation that is given (what differs from
epoch to epoch), times a factor of the rank that is drawn once (what a share is too large or small by). Exchanges that overlap need epochs of half the
delay: of white noise these differ by sqrt(2) times as much, relative to their length.
"""
import argparse
import json
import math
import os
import subprocess
from datetime import date
from pathlib import Path

import numpy
from rall_side import ROOT, processor


def waiting(ranks, noise, imbalance, overlapped, epochs=400, seed=1):
    """The part of a run that the mean rank waits for others."""
    random = numpy.random.default_rng(seed)
    factor = numpy.maximum(0.1, random.normal(1, imbalance, ranks))
    length, deviation = (0.5, noise / math.sqrt(2)) if overlapped else (1, noise)
    ends, spikes_from = numpy.zeros(ranks), [0.0, 0.0]  # when each rank is done; when all were, one and two epochs ago
    work = numpy.zeros(ranks)
    for _ in range(epochs * (2 if overlapped else 1)):
        took = factor * numpy.maximum(0, random.normal(length, deviation, ranks))
        work += took
        ends = numpy.maximum(ends, spikes_from[0] if overlapped else spikes_from[1]) + took
        spikes_from = [spikes_from[1], ends.max()]
    return 1 - work.mean() / ends.max()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--exchange", type=Path, default=ROOT / "build/release/bin/rall_exchange")
    parser.add_argument("--ranks", type=int, nargs="+", default=[1, 4, 16, 64, 256, 1000])
    parser.add_argument("--cells", type=int, default=1000, help="of each rank")
    parser.add_argument("--connections", type=int, default=1000, help="onto each cell")
    parser.add_argument("--rate", type=float, nargs="+", default=[5, 50], help="Hz")
    parser.add_argument("--delay", type=float, default=1, help="the shortest, ms")
    parser.add_argument("--epochs", type=int, default=300)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    found = {"processor": processor(), "cores": os.cpu_count(), "date": date.today().isoformat(), "delay_ms": options.delay, "exchange": [], "waiting": []}
    for rate in options.rate:
        for ranks in options.ranks:
            words = (ranks, options.cells, options.connections, rate, options.delay, options.epochs)
            row = {"rate_Hz": rate, **json.loads(subprocess.run([str(word) for word in (options.exchange, *words)], capture_output=True, text=True, check=True).stdout)}
            found["exchange"].append(row)
            print(f"{ranks} ranks, {rate:g} Hz: {row['spikes_of_epoch']:.0f} spikes and {row['events_of_epoch']:.0f} events of the rank an epoch; unpack {row['unpack_s'] * 1e6:.0f} us, "
                  f"send {row['send_s'] * 1e6:.0f}, take {row['take_s'] * 1e6:.0f}, on the way {row['way_s'] * 1e6:.0f}; holds {row['held_after_reading'] / 1e6:.0f} MB "
                  f"after reading {row['cells']} cells, {row['peak'] / 1e6:.0f} at most", flush=True)
    for ranks in options.ranks:
        for noise, imbalance in ((0.01, 0), (0.05, 0), (0.01, 0.02)):
            row = {"ranks": ranks, "noise": noise, "imbalance": imbalance, **{name: waiting(ranks, noise, imbalance, overlapped) for name, overlapped in (("at_end", False), ("overlapped", True))}}
            found["waiting"].append(row)
            print(f"{ranks} ranks, noise {noise:.0%}, imbalance {imbalance:.0%}: waiting {row['at_end']:.2%}, overlapped {row['overlapped']:.2%}", flush=True)
    if options.output:
        options.output.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
