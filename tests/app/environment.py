#!/usr/bin/python3
"""Every verb under every environment of a list: it works with the right results, or says why not. Nothing ends by a signal.

    environment.py RALL
"""
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

KIB = 1024
NOBODY = 65534

LEAK = """
NEURON { SUFFIX leak NONSPECIFIC_CURRENT i RANGE g, e }
PARAMETER { g = 1e-4 (S/cm2) e = -70 (mV) }
ASSIGNED { v (mV) i (mA/cm2) }
BREAKPOINT { i = g*(v - e) }
"""

PROTOCOL = {"segments": [{"name": "hold", "level": -80, "duration": 2}, {"name": "test", "level": 0, "duration": 2}],
            "curves": [{"name": "peak", "measure": "peak", "segment": "test"}]}


def limit(kind, value):
    return lambda: resource.setrlimit(kind, (value, value))


def closed(*files):
    def close():
        for file in files:
            os.close(file)
    return close


def few_processes():
    """As another user than root, whom the limit does not concern: no thread and no process can be started."""
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)
    resource.setrlimit(resource.RLIMIT_NPROC, (1, 1))


VARIABLES = [
    {}, *({"OMP_NUM_THREADS": n} for n in ("garbage", "0", "-3", "7", "100000", "99999999999999999999")),
    {"OMP_DYNAMIC": "TRUE"}, {"OMP_THREAD_LIMIT": "1"}, {"OMP_MAX_ACTIVE_LEVELS": "0"}, {"OMP_NESTED": "TRUE"},
    *({"OMP_STACKSIZE": s} for s in ("garbage", "1", "20k", "4G", "1000000G")),
    {"OMP_PROC_BIND": "true"}, {"OMP_PROC_BIND": "garbage"}, {"OMP_PLACES": "{0:1}"}, {"OMP_PLACES": "garbage"},
    {"OMP_WAIT_POLICY": "active"}, {"OMP_SCHEDULE": "x"}, {"OMP_CANCELLATION": "true"},
    *({"KOKKOS_NUM_THREADS": n} for n in ("0", "-1", "garbage", "2", "64", "100000", "99999999999999999999", "")),
    *({"KOKKOS_DEVICE_ID": n} for n in ("0", "7", "garbage")), {"KOKKOS_NUM_DEVICES": "x"}, {"KOKKOS_NUMA": "3"}, {"KOKKOS_NUMA": "x"},
    {"KOKKOS_DISABLE_WARNINGS": "maybe"}, {"KOKKOS_PRINT_CONFIGURATION": "maybe"}, {"KOKKOS_TUNE_INTERNALS": "x"},
    {"KOKKOS_TOOLS_LIBS": "/nowhere.so"}, {"KOKKOS_PROFILE_LIBRARY": "/nowhere.so"}, {"KOKKOS_MAP_DEVICE_ID_BY": "x"},
    {"LANG": "xx"}, {"LC_ALL": "de_DE.UTF-8"}, {"LC_ALL": "C"}, {"LC_ALL": ""}, {"TMPDIR": "/nowhere"}, {"HOME": None}, {"HOME": ""}, {"PATH": ""},
    {"PATH": None}, {"RALL_CXX": "garbage"}, {"RALL_CXX": " "}, {"TZ": "garbage"}, {"TERM": None}, {"HDF5_USE_FILE_LOCKING": "x"},
    {"HDF5_DRIVER": "x"}]


def limits():
    for size in (20, 40, 50, 60, 70, 85, 110, 150, 250, 600):  # MiB
        for threads in ("1", "8"):
            yield f"{size} MiB, {threads} threads", {"OMP_NUM_THREADS": threads}, limit(resource.RLIMIT_AS, size << 20)
    for files in (3, 4, 5, 6, 7, 8, 9, 10):
        yield f"{files} open files", {}, limit(resource.RLIMIT_NOFILE, files)
    for stack in (32, 64, 256):
        yield f"{stack} KiB of stack", {"OMP_NUM_THREADS": "3"}, limit(resource.RLIMIT_STACK, stack * KIB)
    for files in ((0,), (1,), (2,), (0, 1, 2)):
        yield f"closed {files}", {}, closed(*files)
    if os.geteuid() == 0:
        for threads in ("1", "4"):
            yield f"no processes, {threads} threads", {"OMP_NUM_THREADS": threads}, few_processes


class Bench:
    """A folder with what the verbs need, and what they give when nothing disturbs them."""

    def __init__(self, rall, folder):
        self.rall, self.folder = rall, folder
        (folder / "mods").mkdir()
        (folder / "mods" / "leak.mod").write_text(LEAK)
        config = {
            "cells": {"c": {"count": 12, "stylized": [{"name": "soma", "L": 20, "diam": 20}], "biophysics": {"regions": {
                "all": {"cm": 1, "Ra": 100, "mechanisms": {"hh": {}, "leak": {}}}}}}},
            "run": {"tstop": 12}, "conditions": {"celsius": 6.3, "v_init": -65}, "mechanism_dirs": ["mods"],
            "inputs": {"i": {"module": "linear", "input_type": "current_clamp", "amp_start": 0.3, "delay": 1, "duration": 15, "node_set": "c"}},
            "reports": {"v": {"cells": "c[3]", "variable_name": "v"}}, "output": {"output_dir": "made"}}
        self.write("config.json", config)
        self.write("sweep.json", {"config": config | {"reports": {}}, "parameters": {"inputs.i.amp_start": [0, 0.1, 0.2, 0.3]}})
        self.write("protocol.json", PROTOCOL)
        out = folder / "OUT"  # replaced by a folder of its own for each run
        self.verbs = {
            "run": (["run", "config.json", "--output-dir", out, "--quiet"], ["spikes.h5", "v.h5"]),
            "sweep": (["sweep", "sweep.json", "--output-dir", out, "--quiet"], ["sweep.csv"]),
            "channel": (["channel", "hh", "--protocol", "protocol.json", "--output-dir", out, "--json", "--quiet"], []),
            "inspect": (["inspect", "config.json", "--json"], []),
            "compile": (["compile", "mods/leak.mod"], None),
            "report": (["report", folder / "made"], None),
            "list": (["list"], []), "--version": (["--version"], []), "--help": (["--help"], [])}
        self.cache = folder / "cache"
        self.number = 0
        subprocess.run([rall, "run", "config.json", "--quiet"], cwd=folder, env=self.environment({}), check=True, capture_output=True)
        os.system(f"chmod -R a+rwX '{folder}'")
        self.right = {verb: self.results(verb, {}, None) for verb in self.verbs}
        for verb, (code, _, said) in self.right.items():
            assert code == 0, (verb, said)

    def write(self, name, content):
        (self.folder / name).write_text(json.dumps(content))

    def environment(self, changes):
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "OMP_NUM_THREADS": "2", "RALL_CACHE_DIR": str(self.cache)}
        for name, value in changes.items():
            environment.pop(name, None)
            if value is not None:
                environment[name] = value
        return environment

    def results(self, verb, changes, prepare):
        """Exit code, results (None where there is nothing to compare), and what was said."""
        self.number += 1
        out = self.folder / f"out{self.number}"
        command, files = self.verbs[verb]
        command = [self.rall, *(out if word == self.folder / "OUT" else word for word in command)]
        done = subprocess.run(command, cwd=self.folder, env=self.environment(changes), preexec_fn=prepare, capture_output=True, timeout=120)
        results = None
        if done.returncode == 0 and files is not None:
            results = [done.stdout, *((out / name).read_bytes() for name in files)]
        shutil.rmtree(out, ignore_errors=True)
        return done.returncode, results, (done.stdout + done.stderr).decode(errors="replace")

    def wrong(self, verb, name, changes, prepare):
        try:
            code, results, said = self.results(verb, changes, prepare)
        except PermissionError:
            assert prepare is few_processes
            return None  # the other user may not start the program where it lies
        right = self.right[verb][1]
        if code == 127 and "error while loading shared libraries" in said:
            return None  # the system's loader did not get as far as Rall
        if code not in (0, 1, 2, 3):
            why = f"exit code {code}"
        elif "terminate called" in said or "libgomp: Thread creation failed" in said:
            why = "the program was ended from inside"
        elif code == 0 and right is not None and results[1:] != right[1:]:
            why = "exit code 0, but other results"
        elif code == 0 and right and not right[1:] and not str(name).startswith("closed") and "OMP_DISPLAY" not in str(name) \
                and results[0] != right[0]:
            why = "exit code 0, but another answer"
        elif code != 0 and not said.strip() and not str(name).startswith("closed"):
            why = f"exit code {code} without a word"
        else:
            return None
        return f"{verb} with {name}: {why}: {said[-300:]}"


    def without_units(self):
        """A database of units that is not where a variable says is told of by its name."""
        done = subprocess.run([self.rall, "inspect", "mods/leak.mod", "--strict"], cwd=self.folder, env=self.environment({"UDUNITS2_XML_PATH": "/nowhere.xml"}),
                              capture_output=True, text=True)
        if done.returncode != 3 or "UDUNITS2_XML_PATH names /nowhere.xml" not in done.stderr:
            yield f"inspect with UDUNITS2_XML_PATH=/nowhere.xml: exit code {done.returncode}: {done.stderr}"


def main(rall):
    with tempfile.TemporaryDirectory() as holder:
        os.chmod(holder, 0o777)
        bench = Bench(os.path.abspath(rall), Path(holder))
        cases = [(verb, str(v), v, None) for v in VARIABLES for verb in bench.verbs]
        cases += [(verb, *rest) for rest in limits() for verb in bench.verbs]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            wrong = [found for found in pool.map(lambda case: bench.wrong(*case), cases) if found]
        wrong += bench.without_units()
    print(*wrong, sep="\n")
    print(f"{len(cases)} runs, {len(wrong)} wrong")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
