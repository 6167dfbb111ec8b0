#!/usr/bin/python3
"""Runs with checkpoints that end before their time, and go on: after SIGKILL at random moments and after signals the bytes of an undisturbed run;
a checkpoint cut at every 4 KB or with a byte flipped in 200 places is refused by name, and the one before it is named and good; where the
checkpoint finds no room the run ends with exit 3 and its results. Each refusal takes less than ten seconds.

With --mpiexec MPIEXEC damage and lack of room on two ranks (those that are killed: tests/app/anywhere.py).
"""
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from attack import TIMEOUT, Findings, box, config, options

OVERSUBSCRIBED = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_rmaps_base_oversubscribe": "1",
                  "OMPI_MCA_mpi_yield_when_idle": "1", "OMPI_MCA_btl_vader_single_copy_mechanism": "none"}


def model(tstop):
    """Noise, spikes, two reports, of which one is long."""
    content = config(0.5, tstop=tstop, reports=("v", "m"))
    content["cells"]["c"]["count"] = 40
    content["synapses"] = {"noise": {"mechanism": "OUNoise", "parameters": {"std": 0.1}, "location": "soma(0.5)"},
                           "syn": {"mechanism": "Exp2Syn", "cells": "c", "location": "soma(0.5)"}}
    content["connections"] = [{"source": "c", "target": "syn", "weight": 0.002, "delay": {"distribution": "uniform", "low": 1, "high": 30}}]
    for report in content["reports"].values():
        report["dt"] = 0.1
    return content


def results(out):
    return {path.name: path.read_bytes() for path in out.glob("*.h5")}


def differing(a, b):
    return sorted(name for name in {*a, *b} if a.get(name) != b.get(name))


PATIENCE = 10  # s until a run that cannot go on has ended


class Place:
    mpiexec = None  # of runs on two ranks
    took = 0  # s, the last run

    def __init__(self, one, tstop):
        self.one, self.folder = one, one.folder / "place"
        self.clear()
        self.config, self.out = one.folder / "inputs/run.json", self.folder / "out"
        self.file, self.before = self.folder / "out.checkpoint.h5", self.folder / "out.checkpoint.previous.h5"
        self.config.write_text(json.dumps(model(tstop)))

    def clear(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()

    def command(self, *words):
        return [str(word) for word in (self.one.rall, "run", self.config, "--output-dir", self.out, "--quiet", "--no-html", *words)]

    def run(self, *words, environment=None):
        command, environment = self.command(*words), environment or self.one.environment
        if self.mpiexec:  # faults are for the ranks, not for what starts them
            faults = [f"{name}={environment[name]}" for name in environment if name == "LD_PRELOAD" or name.startswith("FAULTS")]
            command = [self.mpiexec, "-n", "2", "env", *faults, *command]
            environment = {**self.one.environment, **OVERSUBSCRIBED}
        begun = time.monotonic()
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=TIMEOUT)
        self.took = time.monotonic() - begun
        return done


def long_enough(one, seconds):
    """ms of the model that take about so long."""
    place = Place(one, 1000)
    begun = time.monotonic()
    assert place.run().returncode == 0
    return round(1000 * seconds / (time.monotonic() - begun))


def killed(one, findings, times, seconds, rounds, random):
    """SIGKILL again and again until the run is through, each time with other threads and groups. So many checkpoints take longer than the run."""
    place = Place(one, long_enough(one, seconds))
    done = place.run()
    assert done.returncode == 0, done
    expected = results(place.out)
    for _ in range(rounds):
        place.clear()
        kills = struck = 0
        while True:
            words = ["--checkpoint-every", "0.1 s", "--flush", "0.05", "--threads", random.choice("12"), "--group-bytes", random.choice(("1", "1000000"))]
            newest = next((path for path in (place.file, place.before) if path.exists()), None)
            if newest:
                words += ["--restart", newest]
            process = subprocess.Popen(place.command(*words), stderr=subprocess.PIPE, text=True, env=one.environment)
            if kills < times:
                time.sleep(random.uniform(0.1, 0.3 + seconds / times))
                process.kill()
                kills += 1
            said = process.communicate(timeout=10 * TIMEOUT)[1]
            if process.returncode == -signal.SIGKILL:
                struck += 1
                if random.random() < 0.2 and any(path.name.startswith(".out") and path.is_dir() for path in place.folder.iterdir()):
                    subprocess.run([one.rall, "recover", place.out], capture_output=True, env=one.environment, timeout=TIMEOUT)
                continue
            wrong = f"exit {process.returncode}: {said[-400:]}" if process.returncode else None
            if not wrong and struck < times / 2:
                wrong = f"only {struck} kills struck"
            if not wrong and (different := differing(expected, results(place.out))):
                wrong = f"other {different}"
            if not wrong and sorted(os.listdir(place.folder)) != ["out", *(path.name for path in (place.file, place.before) if path.exists())]:
                wrong = f"there are {sorted(os.listdir(place.folder))}"
            findings.case("killed, goes on", wrong and f"killed {kills} times: {wrong}")
            break


def signalled(one, findings, name, seconds):
    """Ends with 128 + signal, readable results, and a checkpoint from which it ends with the same bytes."""
    tstop = long_enough(one, seconds)
    place = Place(one, tstop)
    assert place.run().returncode == 0
    expected = results(place.out)
    place.clear()
    process = subprocess.Popen(place.command("--checkpoint"), stderr=subprocess.PIPE, text=True, env=one.environment)
    time.sleep(0.4)
    process.send_signal(getattr(signal, name))
    said = process.communicate(timeout=TIMEOUT)[1]
    wrong = None
    if process.returncode != 128 + getattr(signal, name) or str(place.file) not in said:
        wrong = f"exit {process.returncode}: {said[-300:]}"
    else:
        until = json.loads((place.out / "run.json").read_text())["until"]
        done = place.run("--restart", place.file)
        different = differing(expected, results(place.out))
        if not 0 <= until < tstop or done.returncode or different:
            wrong = f"until {until}, then exit {done.returncode}, other {different}: {done.stderr[-300:]}"
    findings.case("signalled, goes on", wrong and f"{name}: {wrong}")


def damaged(one, findings, cuts, flips, random):
    """One that was cut anywhere, or in which one byte is another."""
    place = Place(one, 40)
    done = place.run("--checkpoint-every", "10 ms")
    assert done.returncode == 0, done
    whole, expected = place.file.read_bytes(), results(place.out)

    def refused(content, what):
        place.file.write_bytes(content)
        done = place.run("--restart", place.file)
        wrong = None
        if done.returncode != 1 or place.took > PATIENCE or str(place.file) not in done.stderr or str(place.before) not in done.stderr:
            wrong = f"exit {done.returncode} after {place.took:.1f} s: {done.stderr[-300:]}"
        elif results(place.out) != expected:
            wrong = "the results changed"
        findings.case("damaged, refused", wrong and f"{what}: {wrong}")

    for at in range(0, len(whole), 4096 * max(1, len(whole) // 4096 // cuts)):
        refused(whole[:at], f"cut at {at} of {len(whole)}")
    for last in range(1, 4):
        refused(whole[:-last], f"without the last {last} bytes")
    refused(whole + b"x", "with one byte more")
    for _ in range(flips):
        at, bit = random.randrange(len(whole)), random.randrange(8)
        refused(whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1:], f"bit {bit} of byte {at} flipped")
    done = place.run("--restart", place.before)
    different = differing(expected, results(place.out))
    findings.case("the one before is good", None if done.returncode == 0 and not different else f"exit {done.returncode}, other {different}: {done.stderr[-300:]}")


def without_room(one, findings, sizes):
    """No room for the first, second or third checkpoint: a disk of its own that is full, or a write that fails."""
    place = Place(one, 400)
    assert place.run("--checkpoint-every", "350 ms").returncode == 0
    needed = place.file.stat().st_size
    for i in range(2 * sizes):
        place = Place(one, 400)
        place.folder.joinpath("small").mkdir()
        file = place.folder / "small/c.h5"
        fault = f"disk:{(3 * needed + 20000) * (i // 2) // sizes}" if i % 2 else f"write:{1 + i}:ENOSPC"
        state = one.faulty(fault)
        state["FAULTS_UNDER"] = str(place.folder / "small")
        done = place.run("--checkpoint-every", "50 ms", "--checkpoint-file", file, environment=state)
        wrong = None
        left = [name for name in os.listdir(place.folder / "small") if name not in ("c.h5", "c.previous.h5")]
        if done.returncode == 0:
            findings.case("enough room")
            continue
        if done.returncode == 3 and not place.out.exists() and fault.startswith("disk:") and int(fault[5:]) < 4096 and str(file.name) in done.stderr:
            findings.case("no room, told before the run")
            continue
        if done.returncode != 3 or place.took > PATIENCE or "No space left" not in done.stderr or str(place.out) not in done.stderr or left:
            wrong = f"exit {done.returncode} after {place.took:.1f} s, {left} is left: {done.stderr[-400:]}"
        else:
            record = json.loads((place.out / "run.json").read_text())
            if record["complete"] or record["until"] % 50:
                wrong = f"run.json: {record['complete']}, until {record['until']}"
            elif file.exists():
                again = place.run("--restart", file)
                if again.returncode:
                    wrong = f"the one before does not go on: exit {again.returncode}: {again.stderr[-300:]}"
        findings.case("no room, exit 3", wrong and f"FAULTS={fault}: {wrong}")


def main():
    given = options(__doc__, lambda parser: parser.add_argument("--mpiexec"))
    findings = Findings("restarts")
    Place.mpiexec = given.mpiexec
    with box(given) as one:
        if not given.mpiexec:
            killed(one, findings, 20 if given.all else 4, 5 if given.all else 1.5, 3 if given.all else 1, given.random)
        for name in () if given.mpiexec else ("SIGINT", "SIGTERM", "SIGHUP", "SIGXCPU", "SIGUSR1") if given.all else ("SIGINT",):
            signalled(one, findings, name, 2)
        damaged(one, findings, 1 << 30 if given.all else 4, 200 if given.all else 12, given.random)
        without_room(one, findings, 40 if given.all else 4)
    return findings.end()


if __name__ == "__main__":
    sys.exit(main())
