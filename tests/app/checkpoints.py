#!/usr/bin/python3
"""A run that goes on from a checkpoint ends with the bytes of one that was never disturbed: checkpoints.py RALL CASES_DIR [CASE... networks]

Every case that is compared with NEURON (mechanisms of all kinds: POINTERs, WATCH, LAG, VECTORs, diffusion, ions, random numbers, tables, Crank-Nicolson
steps), the network of reproducible.py, which has single channels and weights that change, the balanced one with gap junctions, and a circuit of artificial cells of which many fire in the very same moment. Then what is refused, and how it is told.
"""
import json
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import h5py

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "neuron"), str(HERE.parent / "sonata")]

FAILED = []


def complain(text):
    FAILED.append(text)
    print("WRONG", text, flush=True)


def run(rall, config, out, *options, code=0):
    done = subprocess.run([rall, "run", config, "--output-dir", out, "--quiet", "--no-html", *map(str, options)], capture_output=True, text=True)
    if done.returncode != code:
        complain(f"{config.name} {' '.join(map(str, options))}: exit {done.returncode} instead of {code}: {done.stderr[-600:]}")
    return done


def contents(out):
    return {path.name: path.read_bytes() for path in sorted(out.glob("*.h5"))}


def differing(a, b):
    return sorted(name for name in {*a, *b} if a.get(name) != b.get(name))


def check(rall, config, folder, threads=("1", "2"), parts=3):
    """Undisturbed, with checkpoints, and from each of these in other groups."""
    text = json.loads(re.sub(r"^\s*//.*", "", config.read_text(), flags=re.M))
    tstop, variable = text["run"]["tstop"], text["run"].get("integration_method") == "cvode"
    every = f"{tstop / parts * 0.97:.6g} ms"
    groups = (["--threads", threads[0]], ["--threads", threads[1], "--group-bytes", "4000"])
    whole, out, file = folder / "whole", folder / "out", folder / "out.checkpoint.h5"
    for place in (whole, out):
        shutil.rmtree(place, ignore_errors=True)
    # A variable step starts afresh where there is a checkpoint.
    run(rall, config, whole, *groups[0], *(["--checkpoint-every", every, "--checkpoint-file", folder / "other.h5"] if variable else []))
    run(rall, config, out, *groups[1], "--checkpoint-every", every)
    expected = contents(whole)
    if not expected:
        return complain(f"{config.name} gives no results")
    if different := differing(expected, contents(out)):
        complain(f"{config.name}: writing checkpoints changes {different}")
    saved = (file, folder / "out.checkpoint.previous.h5")
    for k, path in enumerate(saved):
        # From the later one first, so that the results of before reach further than the earlier one.
        again = ["--checkpoint-every", every, "--checkpoint-file", folder / "other.h5"] if variable else []
        run(rall, config, out, *groups[k], "--restart", path, *again)
        if different := differing(expected, contents(out)):
            complain(f"{config.name}: from {path.name} on, {groups[k]}, other {different}")


def cases(rall, folder, names):
    for case in names:
        begun = time.monotonic()
        check(rall, case, folder)
        print(f"{case.stem}: {time.monotonic() - begun:.1f} s", flush=True)


def networks(rall, folder):
    import reproducible

    path = reproducible.config(folder)
    check(rall, path, folder)
    try:
        import balanced
        import ties
    except ImportError as missing:
        return print(f"the balanced network and the circuit with ties are left out: {missing}")
    check(rall, Path(ties.intfire(folder / "ties", 1)), folder)
    content = balanced.with_weights(balanced.network(30, 60, 0.025, 1))
    path = folder / "balanced.json"
    path.write_text(json.dumps(content))
    check(rall, path, folder, parts=4)


def interrupted(rall, folder):
    """SIGINT in the middle of the pyramidal example: its results until then can be read, and a restart makes them whole."""
    config, out = HERE.parents[1] / "examples/pyramidal/pyramidal.json", folder / "pyramidal"
    tstop = ("--tstop", 1000)
    run(rall, config, folder / "pyramidal_whole", *tstop)
    words = [rall, "run", config, "--output-dir", out, "--quiet", "--no-html", "--checkpoint", "--flush", 0.05, *tstop]
    process = subprocess.Popen([str(word) for word in words], stderr=subprocess.PIPE, text=True)
    while process.poll() is None and not (folder / ".pyramidal.partial/run.json").exists():
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    said = process.communicate()[1]
    file = folder / "pyramidal.checkpoint.h5"
    if process.returncode != 130 or f"--restart {file}" not in said:
        return complain(f"SIGINT: exit {process.returncode}: {said[-400:]}")
    until = json.loads((out / "run.json").read_text())["until"]
    with h5py.File(out / "v_soma.h5") as some, h5py.File(folder / "pyramidal_whole/v_soma.h5") as whole:
        some, whole = (f["report/cells/data"][()] for f in (some, whole))
        if not 0 < until < 1000 or not (some == whole[:len(some)]).all():
            complain(f"SIGINT: results until {until} ms are not those of the whole run")
    run(rall, config, out, "--restart", file, *tstop)
    if different := differing(contents(folder / "pyramidal_whole"), contents(out)):
        complain(f"after SIGINT a restart ends with other {different}")


SIMPLE = {
    "cells": {"c": {"count": 3, "stylized": [{"name": "soma", "L": 20, "diam": 20}], "biophysics": "hh.json"}},
    "run": {"tstop": 40, "dt": 0.025},
    "conditions": {"celsius": 6.3, "v_init": -65},
    "inputs": {"i": {"module": "linear", "input_type": "current_clamp", "amp_start": 0.5, "delay": 1, "duration": 100, "node_set": "c"}},
    "reports": {"v": {"variable_name": "v", "dt": 0.1}},
    "output": {"output_dir": "out"},
}
HH = {"regions": {"all": {"cm": 1, "Ra": 100, "mechanisms": {"hh": {}}}}}


def options(rall, folder):
    """Ways to ask for checkpoints, what is refused, and what is said."""
    folder = folder / "options"
    folder.mkdir()
    config, out = folder / "simple.json", folder / "out"

    def write(**changes):
        content = json.loads(json.dumps(SIMPLE))
        for key, value in changes.items():
            section, name = key.split("__")
            content[section][name] = value
        config.write_text(json.dumps(content))
        (folder / "hh.json").write_text(json.dumps(HH))

    def say(done, *words):
        for word in words:
            if word not in done.stderr:
                complain(f"'{word}' is not said: {done.stderr}")

    write()
    run(rall, config, folder / "longer", "--tstop", 60)
    run(rall, config, folder / "whole")
    # In the config; a longer run goes on from the end of a shorter one.
    write(run__save="kept/end.h5", run__tstop=40)
    run(rall, config, out, "--summary", folder / "summary.json")
    told = json.loads((folder / "summary.json").read_text())["checkpoints"]
    if told["written"] != 1 or not told["bytes"] > 1000:
        complain(f"the summary says {told}")
    if different := differing(contents(folder / "whole"), contents(out)):
        complain(f"run.save changes {different}")
    shutil.copytree(out, folder / "first")
    write(run__restore="kept/end.h5", run__tstop=60)
    run(rall, config, out)
    if different := differing(contents(folder / "longer"), contents(out)):
        complain(f"a longer run from run.restore differs in {different}")
    # Elsewhere: the results of before are found where they were.
    shutil.rmtree(out)
    (folder / "first").rename(out)
    write()
    kept = folder / "kept/end.h5"
    run(rall, config, folder / "elsewhere", "--restart", kept, "--tstop", 60)
    if different := differing(contents(folder / "longer"), contents(folder / "elsewhere")):
        complain(f"results elsewhere differ in {different}")
    # Without the results of before.
    out.rename(folder / "away")
    say(run(rall, config, out, "--restart", kept, code=1), "results-missing", "--results-from-restart", str(out))
    run(rall, config, out, "--restart", kept, "--results-from-restart", "--tstop", 60)
    with h5py.File(out / "v.h5") as some, h5py.File(folder / "longer/v.h5") as all_of_it:
        mine, whole = some["report/cells/data"][()], all_of_it["report/cells/data"][()]
        begin = some["report/cells/mapping/time"][0]
        if not 39.9 <= begin <= 40.2 or not (mine == whole[-len(mine):]).all() or not len(mine):
            complain(f"results from the restart on begin at {begin} ms, with {len(mine)} rows")
    (folder / "away").rename(folder / "again")
    # What it is.
    done = subprocess.run([rall, "inspect", kept], capture_output=True, text=True)
    for word in ("checkpoint of Rall", "39.975 ms", "3 cells", "hh.json"):
        if word not in done.stdout:
            complain(f"inspect does not say '{word}': {done.stdout}{done.stderr}")
    data = json.loads(subprocess.run([rall, "inspect", "--json", kept], capture_output=True, text=True).stdout)
    if data["kind"] != "checkpoint" or data["step"] != 1599:
        complain(f"inspect --json: {data}")
    with h5py.File(kept) as file:
        if file["cells/v"].shape != (3,) and file["cells/v"].shape != (1,) or file["checkpoint"].attrs["step"] != 1599:
            complain("h5py reads something else from the checkpoint")
    # Another model.
    for changes, words in (({"run__dt": 0.05}, "run.dt is 0.05, and was 0.025"), ({"conditions__celsius": 7}, "conditions.celsius is 7, and was 6.3"),
                           ({"run__random_seed": 3}, "run.random_seed was not given")):
        write(**changes)
        say(run(rall, config, out, "--restart", kept, code=1), "checkpoint-other-model", words, "end.h5")
    write()
    say(run(rall, config, out, "--restart", kept, "--double-reports", code=1), "--double-reports was not given")
    say(run(rall, config, out, "--restart", kept, "--exact", code=1), "--exact was not given")
    (folder / "hh.json").write_text(json.dumps({"regions": {"all": {"cm": 1.1, "Ra": 100, "mechanisms": {"hh": {}}}}}))
    say(run(rall, config, out, "--restart", kept, code=1), "the file hh.json has changed")
    write()
    say(run(rall, config, out, "--restart", kept, "--tstop", 20, code=1), "checkpoint-behind-end", "39.975 ms", "20 ms")
    say(run(rall, config, out, "--restart", folder / "nothing.h5", code=1), "no-checkpoint", "nothing.h5")
    say(run(rall, config, out, "--restart", folder / "longer/v.h5", code=1), "no-checkpoint")
    for wrong in ("10", "ten ms", "-1 s", "0 ms", "5 weeks"):
        say(run(rall, config, out, "--checkpoint-every", wrong, code=2), wrong, "10 ms")
    say(run(rall, config, out, "--checkpoint", "--checkpoint-file", folder, code=3), "Is a directory")
    say(run(rall, config, out, "--checkpoint-file", "c.h5", code=2), "--checkpoint-file goes with")
    say(run(rall, config, out, "--results-from-restart", code=2), "--results-from-restart goes with")
    # What it will take.
    done = subprocess.run([rall, "run", config, "--dry-run", "--quiet", "--checkpoint"], capture_output=True, text=True)
    if "checkpoints   " not in done.stdout:
        complain(f"--dry-run does not speak of checkpoints: {done.stdout}")


def main(rall, directory, *chosen):
    rall = Path(rall).resolve()
    names = [*sorted(Path(directory).glob("*.json")), *sorted((Path(directory).parent / "variable").glob("*.json"))]
    if chosen:
        names = [path for path in names if path.stem in chosen]
    with tempfile.TemporaryDirectory() as holder:
        folder = Path(holder)
        options(rall, folder)
        interrupted(rall, folder)
        if not chosen or "networks" in chosen:
            networks(rall, folder)
        cases(rall, folder, names)
    print("wrong:" if FAILED else "all restarts end with the same bytes", len(FAILED) or "")
    return 1 if FAILED else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
