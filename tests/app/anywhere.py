#!/usr/bin/python3
"""A random balanced network of 500 cells with dendrites, gap junctions and graded synapses between most of them, noise and spikes gives the same bytes whatever
the number of ranks and threads, whether connections are stored or procedural, and however often it is killed: anywhere.py RALL MPIEXEC [--all] [--seed N]

All cells see one another at every step, so that on several ranks what they see passes between these at every step. Where it is killed, one of its ranks is, by
SIGKILL at a random moment, 8 times; each time it goes on from its newest checkpoint on another number of ranks, with another number of threads. Without
--all the corners of {1, 2} threads x {1, 2, 4} ranks x {stored, procedural}, and one run that is killed; with it all of them, 600 ms instead of 100, and
one that is killed 20 times for each.
"""
import argparse
import itertools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ranks import ENVIRONMENT, Program, contents, complain, FAILED, process_of_rank

MODS = Path(__file__).resolve().parents[1] / "neuron/mods"
EXCITATORY, INHIBITORY, DT = 400, 100, 0.025  # cells, cells, ms


def network(tstop, connectivity):
    def cells(count, L, **soma):
        dendrites = [{"name": "dend[0]", "L": L, "diam": 2.5, "nseg": 3}, {"name": "dend[1]", "L": L, "diam": 1.2, "nseg": 5, "parent": "dend[0]"},
                     {"name": "dend[2]", "L": 1.3*L, "diam": 1, "nseg": 5, "parent": "dend[0]"}]
        return {"count": count, "stylized": [{"name": "soma", "L": 20, "diam": 20}, *dendrites],
                "biophysics": {"regions": {"all": {"cm": 1, "Ra": 120}, "soma": {"mechanisms": {"traub": soma}},
                                           "dend": {"mechanisms": {"pas": {"g": 5e-5, "e": -65}}}}}}

    draw = random.Random(3)
    coupled = [(a, b) for a in range(INHIBITORY) for b in draw.sample([k for k in range(INHIBITORY) if k != a], 2)]
    here = [f"inh[{cell}]" for pair in coupled for cell in pair]
    there = [f"inh[{cell}]" for pair in coupled for cell in reversed(pair)]
    followers = draw.sample(range(EXCITATORY), EXCITATORY)
    leaders = [draw.randrange(INHIBITORY) for _ in followers]

    def uniform(low, high):
        return {"distribution": "uniform", "low": low, "high": high}

    def connect(source, target, number, weight, **more):
        return {"source": source, "target": target, "rule": "fixed_outdegree", "outdegree": number, "weight": uniform(0.5*weight, 1.5*weight),
                "delay": uniform(0.8, 3), **more}

    return {
        "mechanism_dirs": [str(MODS)],
        "cells": {"exc": cells(EXCITATORY, 150), "inh": cells(INHIBITORY, 100)},
        "synapses": {
            "excitation": {"mechanism": "Exp2Syn", "cells": ["exc", "inh"], "location": "dend[1](0.5)", "parameters": {"tau1": 0.5, "tau2": 3, "e": 0}},
            "inhibition": {"mechanism": "ExpSyn", "cells": ["exc", "inh"], "location": "soma(0.5)", "parameters": {"tau": 8, "e": -80}},
            "noise": {"mechanism": "OUNoise", "cells": ["exc", "inh"], "location": "dend[0](0.5)", "parameters": {"mean": 0.07, "std": 0.06}},
            "gap": {"mechanism": "GapJunction", "cells": here, "rule": "one_to_one", "location": "dend[1](0.5)", "parameters": {"g": 0.2},
                    "pointers": {"vgap": {"cells": there, "rule": "one_to_one", "location": "dend[1](0.5)", "variable_name": "v"}}},
            "graded": {"mechanism": "Graded", "cells": [f"exc[{cell}]" for cell in followers], "rule": "one_to_one", "location": "dend[0](0.5)",
                       "parameters": {"gmax": 3e-4},
                       "pointers": {"vpre": {"cells": [f"inh[{cell}]" for cell in leaders], "rule": "one_to_one", "location": "soma(0.5)", "variable_name": "v"}}}},
        "connections": [connect("exc", "excitation", 40, 0.0006), connect("inh", "inhibition", 40, 0.003)],
        "run": {"tstop": tstop, "dt": DT, "spike_threshold": -20, "random_seed": 11, "connectivity": connectivity},
        "conditions": {"celsius": 36, "v_init": -65},
        "reports": {"v": {"cells": ["exc", "inh"], "location": "soma(0.5)", "variable_name": "v", "dt": 1},
                    "gap": {"synapses": "gap", "variable_name": "i", "type": "synapse", "dt": 2},
                    "s": {"synapses": "graded", "variable_name": "s", "type": "synapse", "dt": 5}},
        "output": {"output_dir": "out"}}


class Network:
    def __init__(self, program, folder, tstop, kills):
        self.program, self.folder, self.kills = program, folder, kills
        self.configs = {}
        for connectivity in ("stored", "procedural"):
            self.configs[connectivity] = folder / f"{connectivity}.json"
            self.configs[connectivity].write_text(json.dumps(network(tstop, connectivity)))

    def words(self, connectivity, out, ranks, threads, *options):
        return self.program.words(ranks, "run", self.configs[connectivity], "--output-dir", out, "--quiet", "--no-html", "--threads", threads, *options)

    longest_life = 0.4  # s, of a run that is killed, from its first results on

    def undisturbed(self, connectivity, ranks, threads):
        out = self.folder / "undisturbed"
        shutil.rmtree(out, ignore_errors=True)
        begun = time.monotonic()
        done = subprocess.run(self.words(connectivity, out, ranks, threads), capture_output=True, text=True, env=ENVIRONMENT, timeout=600)
        self.longest_life = min(self.longest_life, (time.monotonic() - begun) / (self.kills + 5))  # or a fast machine is done before it was killed so often
        if done.returncode:
            complain(f"{connectivity}, {ranks} ranks of {threads} threads: exit {done.returncode}: {done.stderr[-800:]}")
        return contents(out)

    def killed(self, draw, connectivity, ranks, threads):
        """Results, and how often it was killed while it ran; how often a checkpoint was there to go on from."""
        out, file, before = (self.folder / name for name in ("killed", "killed.checkpoint.h5", "killed.checkpoint.previous.h5"))
        for path in self.folder.glob("*killed*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        partial = self.folder / ".killed.partial/run.json"
        kills = went_on = 0
        while True:
            newest = next((path for path in (file, before) if path.exists()), None)
            went_on += newest is not None
            begun, mark = time.time(), f"{os.getpid()}_{time.monotonic_ns()}"
            options = ["--flush", "0.05", "--checkpoint-every", "0.05 s", *(["--restart", newest] if newest else [])]
            process = subprocess.Popen(self.words(connectivity, out, ranks, threads, *options), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                                       env={**ENVIRONMENT, "RALL_TEST": mark})
            if kills < self.kills:  # at any moment from the first results on
                while process.poll() is None and not (partial.exists() and partial.stat().st_mtime > begun):
                    time.sleep(0.01)
                time.sleep(draw.uniform(0, self.longest_life))
                victim = process_of_rank(draw.randrange(ranks), mark) if process.poll() is None else None
                if victim:
                    try:
                        os.kill(victim, signal.SIGKILL)
                        kills += 1
                    except ProcessLookupError:
                        pass
            said = process.communicate(timeout=600)[1]
            if process.returncode == 0:
                return contents(out), kills, went_on
            if process.returncode != 137:
                complain(f"{connectivity}, {ranks} ranks of {threads} threads: exit {process.returncode} of a run that was killed: {said[-800:]}")
                return contents(out), kills, went_on
            ranks = draw.choice([n for n in (1, 2, 3, 4) if n != ranks])
            threads = draw.choice((1, 2))


def main(rall, mpiexec, whole, seed):
    draw = random.Random(seed)
    ways = list(itertools.product(("stored", "procedural"), (1, 2, 4), (1, 2)))
    corners = [("stored", 2, 2), ("stored", 4, 1), ("procedural", 1, 2), ("procedural", 4, 2)]
    with tempfile.TemporaryDirectory() as holder:
        net = Network(Program(rall, mpiexec), Path(holder), 600 if whole else 100, 20 if whole else 8)

        def timed(what, run):
            begun = time.monotonic()
            result = run()
            print(f"{what}: {time.monotonic() - begun:.1f} s", flush=True)
            return result

        expected = timed("stored, 1 process, 1 thread", lambda: net.undisturbed("stored", 0, 1))
        if sorted(expected) != ["gap.h5", "s.h5", "spikes.h5", "v.h5"] or len(expected["spikes.h5"]) < 10000:
            complain(f"hardly anything happens: {({name: len(content) for name, content in expected.items()})}")

        def check(what, got):
            if different := sorted(name for name in {*expected, *got} if expected.get(name) != got.get(name)):
                complain(f"{what}: {different} differ")

        for connectivity, ranks, threads in ways if whole else corners:
            what = f"{connectivity}, {ranks} ranks of {threads} threads"
            check(what, timed(what, lambda: net.undisturbed(connectivity, ranks, threads)))
        for connectivity, ranks, threads in ways if whole else [("procedural", 4, 1)]:
            what = f"{connectivity}, {ranks} ranks of {threads} threads, killed"
            got, kills, went_on = timed(what, lambda: net.killed(draw, connectivity, ranks, threads))
            check(what, got)
            print(f"    killed {kills} times, went on {went_on} times")
            if kills < net.kills or went_on < net.kills // 2:
                complain(f"{what}: only {kills} times, and went on from a checkpoint {went_on} times")
    return 1 if FAILED else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("rall")
    parser.add_argument("mpiexec")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    sys.exit(main(given.rall, given.mpiexec, given.all, given.seed))
