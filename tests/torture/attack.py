"""What the attacks share: verbs that write, their results and what is deterministic of them, faults, and the verdict on a case.

Each attack is a program of its own:  ATTACK.py RALL LIBRARY [--all] [--seconds S] [--seed N]
RALL is the program, LIBRARY what faults.cpp becomes. Without --all a fixed small part runs; --seconds ends it early (what is left out is said).
"""
import argparse
import functools
import hashlib
import json
import os
import random
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
# As in faults.cpp.
KINDS = ["write", "sync", "rename", "open", "read", "mkdir", "unlink", "truncate", "close", "lock", "map", "memory"]
STATE = struct.Struct(f"{len(KINDS)}QqqQ")
STATE_BYTES = STATE.size + 512
# Times, and what depends on the machine's mood.
VOLATILE = re.compile(rb'"(build|compile|time_loop|wall|peak_memory_bytes|built_memory_bytes)": ?[-+0-9.e]+')
TOLD_TIMES = re.compile(rb'compiled in [0-9.]+ [a-z]+')
TIMEOUT = 60  # s


def config(amplitude, tstop=20, reports=("v", "m"), **more):
    variables = {"v": "v", "m": "hh.m"}
    return {
        "cells": {"c": {"stylized": [{"name": "soma", "L": 20, "diam": 20}], "biophysics": {"regions": {"all": {"cm": 1, "Ra": 100, "mechanisms": {"hh": {}}}}}}},
        "run": {"tstop": tstop, "dt": 0.025},
        "conditions": {"celsius": 6.3, "v_init": -65},
        "inputs": {"i": {"module": "linear", "input_type": "current_clamp", "amp_start": amplitude, "delay": 1, "duration": tstop, "node_set": "c"}},
        "reports": {name: {"variable_name": variables[name]} for name in reports},
        "output": {"output_dir": "out", "log_file": "log.txt"},
        **more,
    }


LEAK = """NEURON { SUFFIX leak NONSPECIFIC_CURRENT i RANGE g, e }
PARAMETER { g = 1e-4 (S/cm2) e = %g (mV) }
ASSIGNED { v (mV) i (mA/cm2) }
BREAKPOINT { i = g*(v - e) }
"""
SWC = "1 1 0 0 0 8 -1\n2 3 0 20 0 1 1\n3 3 0 120 0 0.8 2\n4 3 60 180 0 0.5 3\n5 3 -60 180 0 0.5 3\n"


class Verb:
    """A command line that writes. `old` makes what stands there before, from other input; `journal` names what it may change before its end;
    `late` folders of others that may come back to their place with the next run only."""

    def __init__(self, name, command, old=None, journal=(), late=()):
        self.name, self.command, self.old, self.journal, self.late = name, command, old, journal, late


def same_command(**inputs):
    """Old results come from the same command with other inputs."""
    return lambda verb, box: (box.write_inputs(**inputs), box.ok(verb), box.write_inputs())


def beside_foreign(verb, box):
    """Folders, files and links of somebody else lie in the output directory."""
    same_command(amplitude=0.2)(verb, box)
    (box.path("out") / "figures").mkdir()
    (box.path("out") / "figures/one.png").write_text("mine")
    (box.path("out") / "notes.txt").write_text("mine")
    (box.path("out") / "away").symlink_to("/nowhere")


def old_page(*files):
    def make(verb, box):
        for file in files:
            box.path(file).parent.mkdir(exist_ok=True)
            box.path(file).write_text("an old page")
    return make


def old_run_with_old_page(verb, box):
    box.ok(VERBS["run"])
    old_page("out/report.html")(verb, box)


VERBS = {verb.name: verb for verb in [
    Verb("run", ["run", "inputs/config.json", "--output-dir", "place/out", "--summary", "place/summary.json", "--quiet"], same_command(amplitude=0.2)),
    Verb("foreign", ["run", "inputs/config.json", "--output-dir", "place/out", "--no-html", "--quiet"], beside_foreign, late=("figures",)),
    Verb("sweep", ["sweep", "inputs/sweep.json", "--output-dir", "place/out", "--restart", "--batch", "1", "--quiet"], same_command(amplitude=0.2), journal=("finished.log",)),
    Verb("channel", ["channel", "hh", "--protocol", "activation", "--current", "ina", "--dt", "0.1", "--output-dir", "place/out", "--json", "--quiet"], old_page("out/channel.json", "out/channel.html")),
    Verb("report", ["report", "place/out"], old_run_with_old_page),
    Verb("inspect", ["inspect", "inputs/cell.swc", "--html", "place/page.html", "--json"], old_page("page.html")),
    Verb("compile", ["compile", "inputs/leak.mod"], same_command(reversal=-50)),
]}


class Box:
    """A folder of its own for one worker: inputs, `place` (where results go, the compiled mechanisms too), and what is expected."""

    def __init__(self, rall, library, folder):
        self.rall, self.library, self.folder = str(rall), str(library), Path(folder).resolve()
        self.state = self.folder / "state"
        self.state.write_bytes(bytes(STATE_BYTES))
        for name in ("inputs", "place", "compiled"):
            self.path(name, at=self.folder).mkdir()
        self.environment = {**os.environ, "OMP_NUM_THREADS": "1", "RALL_CACHE_DIR": str(self.folder / "place/cache"),
                            "RALL_CXX": str(HERE / "compiler.sh"), "TORTURE_COMPILED": str(self.folder / "compiled")}
        self.write_inputs()

    def path(self, name, at=None):
        return (at or self.folder / "place") / name

    def write_inputs(self, amplitude=0.5, reversal=-65):
        inputs = self.folder / "inputs"
        (inputs / "config.json").write_text(json.dumps(config(amplitude)))
        (inputs / "sweep.json").write_text(json.dumps({"config": config(amplitude), "parameters": {"inputs.i.amp_start": [0, 0.1, amplitude]}}))
        (inputs / "leak.mod").write_text(LEAK % reversal)
        (inputs / "cell.swc").write_text(SWC)

    def command(self, verb):
        here = lambda word: str(self.folder / word) if word.startswith(("inputs/", "place/")) else word
        return [self.rall, *map(here, verb.command)]

    def ok(self, verb):
        done = subprocess.run(self.command(verb), capture_output=True, text=True, env=self.unsynced(), timeout=TIMEOUT)
        assert done.returncode == 0, (verb.name, done)
        return done

    def unsynced(self):
        """No faults; but what faults.cpp keeps from the disk stays from it."""
        return {**self.environment, "LD_PRELOAD": self.library, "FAULTS_UNDER": str(self.folder)}

    def faulty(self, fault):
        self.state.write_bytes(bytes(STATE_BYTES))
        return {**self.unsynced(), "FAULTS_STATE": str(self.state), "FAULTS": fault or f"disk:{1 << 60}"}

    def told(self):
        """Counts by kind, most bytes of the disk, how often the fault struck, where first."""
        data = self.state.read_bytes()
        numbers = STATE.unpack_from(data)
        return dict(zip(KINDS, numbers)), numbers[-2], numbers[-1], data[STATE.size:].split(b"\0")[0].decode(errors="replace")

    def prepare(self, verb):
        """Old results, what the verb makes of them undisturbed, and how many calls of each kind that takes."""
        place, self.old_place = self.folder / "place", self.folder / "old"
        for folder in (place, self.old_place):
            shutil.rmtree(folder, ignore_errors=True)
        place.mkdir()
        verb.old(verb, self)
        shutil.copytree(place, self.old_place, symlinks=True)
        self.old = self.found()
        done = subprocess.run(self.command(verb), capture_output=True, text=True, env=self.faulty(None), timeout=TIMEOUT)
        assert done.returncode == 0, done
        self.counts, self.disk, *_ = self.told()
        self.new, self.said = self.found(), printed(done)
        self.largest = max(path.stat().st_size for path in place.rglob("*") if path.is_file())
        assert self.new != self.old, f"{verb.name}: old and new results are the same, which proves nothing"
        self.restore()

    def restore(self):
        """The old results stand there again, and nothing else."""
        shutil.rmtree(self.folder / "place")
        shutil.copytree(self.old_place, self.folder / "place", symlinks=True)

    def names(self):
        """All that lies in `place`. The locks of the cache stay for good."""
        place = self.folder / "place"
        return sorted(str(path.relative_to(place)) for path in place.rglob("*") if not (path.name.endswith("lock") and "cache" in path.parts))

    def found(self):
        """Of each file in `place` what is deterministic of it, as a hash; folders too."""
        return {name: digest(self.folder / "place" / name) for name in self.names()}

    def leftovers(self):
        """What stands in `place` and belongs neither to the old nor to the new results."""
        known = {*self.old, *self.new}
        return [name for name in self.names() if name not in known and (str(Path(name).parent) in known or "/" not in name)]


def steady(content):
    return VOLATILE.sub(b"", content)


def printed(done):
    return TOLD_TIMES.sub(b"", steady(done.stdout.encode()))


@functools.lru_cache
def steady_digest(content):
    return hashlib.sha1(steady(content)).hexdigest()


def digest(path):
    if not path.is_file():
        return "folder"
    content = path.read_bytes()
    return hashlib.sha1(content).hexdigest() if path.suffix in (".h5", ".so") else steady_digest(content)


def unit(name):
    """What is published at once: an output directory, a file of its own, one compiled library."""
    parts = Path(name).parts
    return parts[:3] if parts[0] == "cache" else parts[:1]


def which(box, verb, settled=False):
    """'new', 'old', 'between' (some units old, some new, each whole), or what is wrong. Files beside the results are `leftovers`'s business.
    `settled`: after another run, when nothing may be late any more."""
    found, states = box.found(), set()
    for one in {unit(name) for name in {*box.old, *box.new}}:
        of = lambda files: {name: hash for name, hash in files.items() if unit(name) == one and Path(name).name not in verb.journal and (settled or not {*Path(name).parts} & {*verb.late})}
        now, old, new = of({name: hash for name, hash in found.items() if name in box.old or name in box.new}), of(box.old), of(box.new)
        if now not in (old, new):
            differ = lambda files: sorted(name for name in {*now, *files} if now.get(name) != files.get(name))[:4]
            return f"neither: {differ(new)} differ from the new results, {differ(old)} from the old"
        if old != new:
            states.add("new" if now == new else "old")
    return states.pop() if len(states) == 1 else "between"


WHOLE = ("old", "new", "between")


def done_elsewhere(verb, done):
    """Mechanisms that cannot be kept in their cache are compiled all the same, and kept elsewhere or not at all: a warning says so."""
    return verb.name == "compile" and done.returncode == 0 and "kernel-cache" in done.stderr


class Findings:
    """Counts cases by outcome and keeps those that should not be."""

    def __init__(self, title):
        self.title, self.counts, self.found, self.begun = title, Counter(), [], time.monotonic()

    def case(self, outcome, wrong=None):
        self.counts[outcome if not wrong else "WRONG"] += 1
        if wrong:
            self.found.append(wrong)
            if len(self.found) <= 100:
                print("WRONG", wrong, flush=True)

    def end(self):
        kinds = Counter(re.sub(r"/\S*/torture-\w+/", "", re.sub(r":\d+", ":N", wrong)).split("\n")[0][:150] for wrong in self.found)
        for kind, n in kinds.most_common(60) if len(self.found) > 5 else ():
            print(f"{n:6} of this kind: {kind}")
        print(f"{self.title}: {sum(self.counts.values())} cases in {time.monotonic() - self.begun:.0f} s: " + ", ".join(f"{n} {what}" for what, n in sorted(self.counts.items())))
        return 1 if self.found else 0


def options(description, extend=lambda parser: None):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("rall", type=lambda path: Path(path).resolve())
    parser.add_argument("library", type=lambda path: Path(path).resolve())
    parser.add_argument("--all", action="store_true", help="all cases, not the small fixed part")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after that time")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--verbs", nargs="*", default=list(VERBS))
    extend(parser)
    given = parser.parse_args()
    for needed in (given.rall, given.library):  # the loader only warns of a library that is not there, and nothing would be attacked
        if not needed.is_file():
            parser.error(f"{needed} is not there: build it")
    print(f"seed {given.seed}", flush=True)
    given.random = random.Random(given.seed)
    given.until = time.monotonic() + given.seconds
    return given


def box(given):
    """A context that yields a Box; TORTURE_DIR chooses where."""
    class Holder(tempfile.TemporaryDirectory):
        def __enter__(self):
            return Box(given.rall, given.library, super().__enter__())
    return Holder(prefix="torture-", dir=os.environ.get("TORTURE_DIR"), ignore_cleanup_errors=True)


def out_of_time(given, findings, left):
    if time.monotonic() < given.until:
        return False
    print(f"time is up: {left} cases are left out")
    return True


def signal_name(code):
    return signal.Signals(-code).name if code < 0 else str(code)
