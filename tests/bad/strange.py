#!/usr/bin/python3
"""Files that are none, and files that are large or doubling: what Rall says about each, and how soon.

    strange.py RALL

Where a file is expected - a config, a reconstruction, biophysics, a table, a .mod file, ... - there is a pipe, a socket, a directory, a
device or a link in a circle; each must end with exit code 1 and say what it is, without waiting. Then descriptions of 50,000
parameters, sections, keys and the like, twice as many in about twice the time, and such as double at every level.
"""
import json
import os
import resource
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from proportional import least_times  # noqa: E402

soma = [{"name": "soma", "L": 20, "diam": 20}]
regions = {"regions": {"all": {"mechanisms": {"pas": {}}}}}
cell = {"stylized": soma, "biophysics": regions}
kinds = {"pipe": "it is a pipe", "socket": "it is a socket", "directory": "it is a directory",
         "device": "it is a device", "circle": "Too many levels of symbolic links"}


def config(**more):
    return {"cells": {"c": cell}, "run": {"tstop": 1}, "output": {"output_dir": "out"}, **more}


def make(kind, path):
    path.parent.mkdir(exist_ok=True)
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        socket.socket(socket.AF_UNIX).bind(str(path))
    elif kind == "directory":
        path.mkdir()
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        path.symlink_to(path.name)


def written(folder, value, name="config.json"):
    (folder / name).write_text(json.dumps(value))
    return name


# Where a file is expected: its name, and the command that reads it.
roles = {
    "config": ("x.json", lambda f: ["run", "x.json"]),
    "inspected config": ("x.json", lambda f: ["inspect", "x.json"]),
    "inspected swc": ("x.swc", lambda f: ["inspect", "x.swc"]),
    "inspected asc": ("x.asc", lambda f: ["inspect", "x.asc"]),
    "inspected mod": ("x.mod", lambda f: ["inspect", "x.mod"]),
    "inspected hdf5": ("x.h5", lambda f: ["inspect", "x.h5"]),
    "inspected": ("x", lambda f: ["inspect", "x"]),
    "compiled": ("x.mod", lambda f: ["compile", "x.mod"]),
    "mechanism directory": ("mods/x.mod", lambda f: ["run", written(f, config(mechanism_dirs=["mods"], cells={"c": {
        "stylized": soma, "biophysics": {"regions": {"all": {"mechanisms": {"x": {}}}}}}}))]),
    "morphology": ("x.swc", lambda f: ["run", written(f, config(cells={"c": {"morphology": "x.swc", "biophysics": regions}}))]),
    "biophysics": ("x.json", lambda f: ["run", written(f, config(cells={"c": {"stylized": soma, "biophysics": "x.json"}}))]),
    "node sets": ("x.json", lambda f: ["run", written(f, config(node_sets_file="x.json"))]),
    "spikes": ("x.h5", lambda f: ["run", written(f, config(generators={"g": {"spike_file": "x.h5"}}))]),
    "table": ("x.csv", lambda f: ["run", written(f, config(cells={"c": {"stylized": soma, "biophysics": {
        "regions": {"all": {"cm": {"csv": "x.csv", "column": "cm"}}}}}}))]),
    "sweep": ("x.json", lambda f: ["sweep", "x.json"]),
    "base of a sweep": ("x.json", lambda f: ["sweep", written(f, {"base": "x.json", "parameters": {"run.dt": [0.025]}})]),
    "table of a sweep": ("x.csv", lambda f: ["sweep", written(f, {
        "config": config(), "combine": "csv", "csv": "x.csv", "parameters": {"run.dt": {}}})]),
    "protocol": ("x.json", lambda f: ["channel", "hh", "--protocol", "x.json"]),
    "waveform": ("x.csv", lambda f: ["channel", "hh", "--protocol", written(f, {
        "segments": [{"name": "w", "waveform": {"file": "x.csv"}}], "curves": [{"name": "i", "measure": "trace", "segment": "w"}]})]),
    "waveform in hdf5": ("x.h5", lambda f: ["channel", "hh", "--protocol", written(f, {
        "segments": [{"name": "w", "waveform": {"file": "x.h5"}}], "curves": [{"name": "i", "measure": "trace", "segment": "w"}]})]),
}
# Names that the reader of a config looks up first say this of all that is no regular file; a directory without .mod files is none.
no_file = {"morphology", "biophysics", "node sets", "spikes", "table", "table of a sweep"}


def doubling_sets(folder):
    sets = {f"s{k}": [f"s{k + 1}"] * 2 for k in range(60)} | {"s60": {"node_id": [0]}}
    return config(node_sets_file=written(folder, sets, "sets.json"),
                  inputs={"i": {"module": "linear", "input_type": "current_clamp", "amp_start": 0.1, "delay": 0,
                                "duration": 1, "node_set": "s0"}})


def circular_sets(folder):
    sets = {"a": ["b", "b"], "b": ["c", "a"], "c": {"node_id": [0]}}
    return config(node_sets_file=written(folder, sets, "sets.json"),
                  inputs={"i": {"module": "linear", "input_type": "current_clamp", "amp_start": 0.1, "delay": 0,
                                "duration": 1, "node_set": "a"}})


def deep_sets(folder):
    sets = {f"s{k}": [f"s{k + 1}"] for k in range(2000)}
    return config(node_sets_file=written(folder, sets, "sets.json"),
                  inputs={"i": {"module": "linear", "input_type": "current_clamp", "amp_start": 0.1, "delay": 0,
                                "duration": 1, "node_set": "s0"}})


def includes(folder):
    for k in range(12):
        (folder / f"i{k}.inc").write_text(f'INCLUDE "i{k + 1}.inc"\n' * 4)
    (folder / "i12.inc").write_text("")
    (folder / "x.mod").write_text('NEURON { SUFFIX x }\nINCLUDE "i0.inc"\n')


# What doubles or is deep: what makes it, the exit code, and what must be said.
doubling = {
    "node sets that double": (doubling_sets, 0, ""),
    "node sets in a circle": (circular_sets, 1, "the node set 'a' contains itself"),
    "deep node sets": (deep_sets, 1, "more than 1000 node sets name one another"),
    "deep lists": (lambda f: config(inputs=deep(list, 60)), 1, "nested more than 64 levels deep"),
    "deep objects": (lambda f: config(inputs=deep(dict, 63)), 1, "nested more than 64 levels deep"),
}


def deep(kind, n):
    value = 1
    for _ in range(n + 5):
        value = [value] if kind is list else {"a": value}
    return value


def sections(n):
    return [{"name": f"s{k}", "L": 20, "diam": 2, **({"parent": "s0"} if k else {})} for k in range(n)]


def sweep(n, **more):
    named = {f"p{k}": 1e-4 for k in range(n)}
    return {"config": config(extra=named), "parameters": {f"extra.{key}": [1.0] for key in named}, **more}


# What is large: the description of n things, the verb, and what must be said.
large = {
    "keys that nobody knows": (lambda n: config(**{f"k{k}": 1 for k in range(n)}), "run",
                               "config has no key 'k40' either, nor {more} more"),
    "keys in a region": (lambda n: config(cells={"c": {"stylized": soma, "biophysics": {"regions": {"all": {
        f"k{k}": 1 for k in range(n)}}}}}), "run", "has no key 'k40' either"),
    "parameters that nobody knows": (lambda n: config(cells={"c": {"stylized": soma, "biophysics": {"regions": {"all": {
        "mechanisms": {"pas": {f"k{k}": 1 for k in range(n)}}}}}}}), "run", "pas has no parameter 'k0'"),
    "mechanisms that nobody knows": (lambda n: config(cells={"c": {"stylized": soma, "biophysics": {"regions": {"all": {
        "mechanisms": {f"k{k}": {} for k in range(n)}}}}}}), "run", "no mechanism is called 'k0'"),
    "regions that nobody knows": (lambda n: config(cells={"c": {"stylized": soma, "biophysics": {"regions": {
        f"k{k}": {"cm": 1} for k in range(n)}}}}), "run", "k0"),
    "variables of a manifest": (lambda n: config(manifest={f"$V{k}": "a" for k in range(n)}, x=1), "run",
                                "config has no key 'x'"),
    "unknown variables of a manifest": (lambda n: config(manifest={f"$V{k}": f"$W{k}" for k in range(n)}), "run",
                                        "the manifest has no variable '$W0'"),
    "cells that are not there": (lambda n: config(inputs={f"i{k}": {
        "module": "linear", "input_type": "current_clamp", "amp_start": 0.1, "delay": 0, "duration": 1,
        "node_set": f"n{k}"} for k in range(n)}), "run", "no cell and no node set is called 'n0'"),
    "numbers that are none": (lambda n: config(generators={"g": {"times": ["a"] * n}}), "run", "expected a number"),
    "sections": (lambda n: config(cells={"c": {"stylized": sections(n), "biophysics": regions}}, x=1), "run",
                 "config has no key 'x'"),
    "sections of their own nseg": (lambda n: config(cells={"c": {
        "stylized": [s | {"nseg": 3, "Ra": 100 + k, "cm": 1} for k, s in enumerate(sections(n))],
        "biophysics": regions}}, inputs={"i": {}}), "run", "inputs.i"),
    "regions of one section": (lambda n: config(cells={"c": {"stylized": [s | {"nseg": 1} for s in sections(n)],
        "biophysics": {"regions": {f"s{k}": {"mechanisms": {"pas": {"g": 1e-4}}} for k in range(n)}}}},
        inputs={"i": {}}), "run", "inputs.i"),
    "parameters of a sweep": (lambda n: sweep(n, x=1), "sweep", "sweep has no key 'x'"),
    "unknown places of a sweep": (lambda n: {"config": config(), "parameters": {
        f"run.x{k}.y": [1.0] for k in range(n)}}, "sweep", "there is no 'x0' in run"),
    "segments of a protocol": (lambda n: {"segments": [
        {"name": f"s{k}", "duration": 1, "level": -70} for k in range(n)], "x": 1,
        "curves": [{"name": f"c{k}", "measure": "peak", "segment": f"s{k}"} for k in range(n)]}, "channel",
        "has no key 'x'"),
    "constants of a protocol": (lambda n: {"constants": {f"c{k}": k for k in range(n)}, "segments": [
        {"name": "s", "duration": 1, "level": -70}], "curves": [{"name": "c", "measure": "peak", "segment": "s"}]},
        "channel", "constants are more than 1000"),
}


def run(rall, folder, command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([rall, *command], cwd=folder, capture_output=True, text=True, errors="replace", timeout=60,
                          stdin=subprocess.DEVNULL, env={**os.environ, "OMP_NUM_THREADS": "1"})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return done.returncode, done.stdout + done.stderr, after.ru_utime - before.ru_utime


def main(rall):
    failed = n_checks = 0

    def check(what, wrong, said):
        nonlocal failed, n_checks
        n_checks += 1
        failed += bool(wrong)
        print(f"{what}: {'ok' if not wrong else ''}", *wrong, *([said[:3000]] if wrong else []), sep="\n  " if wrong else "")

    for role, (name, command) in roles.items():
        for kind, says in kinds.items():
            if role in no_file:
                says = "there is no file" if kind == "circle" else "is no regular file"
            with tempfile.TemporaryDirectory() as folder:
                folder = Path(folder)
                make(kind, folder / name)
                try:
                    code, said, _ = run(rall, folder, command(folder))
                except subprocess.TimeoutExpired:
                    code, said = "none: it waits", ""
                wrong = [f"exit code {code}, expected 1"] if code != 1 else []
                wrong += [f"not said: {text}" for text in (says, Path(name).name) if text not in said]
                check(f"{kind} for {role}", wrong, said)
    for title, (description, expected, says) in doubling.items():
        with tempfile.TemporaryDirectory() as folder:
            code, said, seconds = run(rall, folder, ["run", written(Path(folder), description(Path(folder)))])
            wrong = [f"exit code {code}, expected {expected}"] if code != expected else []
            check(title, wrong + [f"not said: {text}" for text in [says] if text not in said] +
                  [f"took {seconds:.1f} s"] * (seconds > 5), said)
    with tempfile.TemporaryDirectory() as folder:
        includes(Path(folder))
        code, said, seconds = run(rall, folder, ["compile", "--check", "x.mod"])
        check("INCLUDEs that double", [f"exit code {code}, {seconds:.1f} s"] * (
            code != 1 or seconds > 5 or "more than 1000 files are included" not in said), said)
    for title, (description, verb, says) in large.items():
        def seconds(n):
            with tempfile.TemporaryDirectory() as folder:
                name = written(Path(folder), description(n))
                command = ["channel", "hh", "--protocol", name] if verb == "channel" else [verb, name]
                code, said, took = run(rall, folder, command)
                says_n = says.format(more=n - 41)
                check(f"{n} {title}, {took:.2f} s", [f"exit code {code}"] * (code != 1) +
                      [f"not said: {says_n}"] * (says_n not in said) + [f"{len(said)} bytes are said"] * (len(said) > 10**6), said)
                return took

        def linear(few, many):
            return many <= max(1.0, 3 * few)
        times = least_times(seconds, 25_000, 50_000, linear)
        check(f"{title}: linear", [f"{times} s"] * (not linear(*times)), "")
    print(f"{n_checks - failed} of {n_checks} as expected")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
