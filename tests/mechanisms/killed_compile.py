#!/usr/bin/python3
"""A compilation that is ended takes its compiler along, leaves nothing half done, and the next one goes on: killed_compile.py RALL [--rounds N]

Each round kills `rall compile`, `rall run` or `rall sweep` by a signal at a random moment, from its start to the end of the compilation.
"""
import argparse
import os
import random
import signal
import subprocess
import tempfile
import time
from pathlib import Path

LEAK = "NEURON {{ SUFFIX {0} NONSPECIFIC_CURRENT i RANGE g }}\nPARAMETER {{ g = 1e-4 (S/cm2) }}\nASSIGNED {{ v (mV) i (mA/cm2) }}\nBREAKPOINT {{ i = g*v }}\n"
CONFIG = """{"cells": {"c": {"stylized": [{"name": "soma", "L": 20, "diam": 20}], "biophysics": {"mechanism_dirs": ["."], "regions": {"all":
    {"cm": 1, "Ra": 100, "mechanisms": {"mine": {}}}}}}}, "run": {"tstop": 1}, "conditions": {"celsius": 6.3, "v_init": -65}}"""

SWEEP = """{"base": "config.json", "parameters": {"g": {"path": "cells.c.biophysics.regions.all.mechanisms.mine.g", "values": [1e-4, 2e-4]}},
    "features": {"location": "soma(0.5)"}}"""


def processes():
    """The parent of every process that runs."""
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                fields = Path("/proc", entry, "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if fields[0] not in "ZX":
                parents[int(entry)] = int(fields[1])
    return parents


def descendants(process):
    parents, found = processes(), {process}
    while True:
        more = {child for child, parent in parents.items() if parent in found} - found
        if not more:
            return found - {process}
        found |= more


def working_in(folder):
    """Processes whose directory is below the folder, whoever their parents are: the compiler and what it has started."""
    found = set()
    for entry in processes():
        try:
            where = os.readlink(f"/proc/{entry}/cwd")
        except OSError:
            continue
        if where.startswith(str(folder)):
            found.add(entry)
    return found


def wait_until(condition, seconds):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def start(rall, folder, cache, verb):
    arguments = {"compile": ["mine.mod"], "run": ["config.json", "--quiet", "--no-html"], "sweep": ["sweep.json", "--quiet"]}[verb]
    return subprocess.Popen([rall, verb, *arguments], cwd=folder, env={**os.environ, "RALL_CACHE_DIR": str(cache), "OMP_NUM_THREADS": "1"},
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def leftovers(cache):
    return [str(p) for p in cache.rglob("*") if ".building" in p.name or p.name == "lock"]


def one_round(rall, folder, number, verb, how, moment):
    cache = folder / f"cache{number}"
    (folder / "mine.mod").write_text(LEAK.format("mine"))
    (folder / "config.json").write_text(CONFIG)
    (folder / "sweep.json").write_text(SWEEP)
    process = start(rall, folder, cache, verb)
    if moment is None:  # in the middle: the compiler proper runs
        assert wait_until(lambda: len(working_in(cache)) >= 2, 60) or process.poll() is not None, "the compiler never came"
    else:
        time.sleep(moment)
    started = descendants(process.pid)
    alive = process.poll() is None
    process.send_signal(how)
    process.wait(60)
    process.stderr.close()
    gone = wait_until(lambda: not working_in(cache) and not started & processes().keys(), 2)
    assert gone, f"{verb}, {how.name}: still there: {working_in(cache)} {started & processes().keys()}"
    if alive and moment is None:  # `rall sweep` catches signals, to say what is finished
        assert process.returncode == (128 + how if verb == "sweep" and how != signal.SIGKILL else -how), process.returncode
    return cache


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("rall")
    parser.add_argument("--rounds", type=int, default=3, help="at random moments, after those in the middle")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    rall = os.path.abspath(options.rall)
    with tempfile.TemporaryDirectory() as holder:
        folder = Path(os.path.realpath(holder))
        number = 0
        for verb, how in [("compile", signal.SIGKILL), ("run", signal.SIGTERM), ("compile", signal.SIGINT), ("sweep", signal.SIGTERM), ("sweep", signal.SIGKILL)]:
            one_round(rall, folder, number, verb, how, None)
            number += 1
        for _ in range(options.rounds):
            how = rng.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
            one_round(rall, folder, number, rng.choice(["compile", "run", "sweep"]), how, rng.uniform(0, 3))
            number += 1

        # What is left is the next one's, also of another set of mechanisms, and though two come at once.
        half = next((cache for cache in sorted(folder.glob("cache*")) if leftovers(cache)), None)
        assert half, "no kill left anything"
        (folder / "other.mod").write_text(LEAK.format("other"))
        environment = {**os.environ, "RALL_CACHE_DIR": str(half)}
        together = [subprocess.Popen([rall, "compile", name], cwd=folder, env=environment, stdout=subprocess.PIPE, text=True)
                    for name in ("other.mod", "mine.mod", "mine.mod")]
        said = [process.communicate(timeout=120)[0] for process in together]
        assert all(process.returncode == 0 for process in together), said
        assert sum("compiled in" in text for text in said) == 2, said
        assert not leftovers(half), leftovers(half)
        print(f"{number} kills, nothing stayed behind")


if __name__ == "__main__":
    main()
