#!/usr/bin/python3
"""A config's twin in NEURON (reference.py), run there and by rall.psolve in the same process.

    from_neuron.py CASE.json BUILTIN_DIR BUILD_DIR

The twin's reports and spikes must agree as in compare.py; voltages at the end and NEURON's t, too.
"""
import multiprocessing
import sys
from pathlib import Path

import numpy
import rall
import reference
from neuron import h


def allowed(voltage, spikes, data):
    return (1e-3 if spikes else 1e-6) if voltage else (1e-4 if spikes else 1e-8) * numpy.abs(data).max()


def main(config, builtin_dir, build_dir):
    model = reference.Model(Path(config), Path(builtin_dir), build_dir)
    model.prepare()
    context = h.ParallelContext()
    context.set_maxstep(10)

    def run(solve):
        model.initialize()
        solve(model.tstop)
        return model.result(), numpy.array([segment.v for section in h.allsec() for segment in section]), h.t

    # NEURON runs in a child: what its run changes for good (ASSIGNED variables that INITIAL leaves alone, weights, hoc's Vectors) is not there for Rall's.
    receiver, sender = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(target=lambda: sender.send(run(context.psolve)))
    child.start()
    expected, v, t = receiver.recv()
    child.join()
    found, own_v, own_t = run(rall.psolve)
    failures = []

    def check(what, difference, limit):
        print(f"{what}: {difference:.2e} (allowed {limit:.1e})")
        if not difference <= limit:  # a NaN fails as well
            failures.append(what)

    for name, report in expected.reports.items():
        own = found.reports[name].data
        if own.shape != report.data.shape:
            failures.append(f"{name}: shape {own.shape}, expected {report.data.shape}")
            continue
        voltage = model.config["reports"][name]["variable_name"] == "v"
        check(name, numpy.abs(own - report.data).max(), allowed(voltage, expected.spikes, report.data))
    check("v at the end", numpy.abs(own_v - v).max(), allowed(True, expected.spikes, v))
    check("t", abs(own_t - t), 0)
    ours, theirs = ([(gid, round(time / model.dt)) for gid, time in result.spikes] for result in (found, expected))
    print(f"spikes: {len(ours)}, in NEURON {len(theirs)}")
    if sorted(ours) != sorted(theirs):
        failures.append(f"spikes (gid, step) only in Rall: {sorted(set(ours) - set(theirs))[:5]}; only in NEURON: {sorted(set(theirs) - set(ours))[:5]}")
    if failures:
        sys.exit("\n".join(["differs from NEURON:", *failures]))


if __name__ == "__main__":
    main(*sys.argv[1:])
