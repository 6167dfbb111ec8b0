#!/usr/bin/python3
"""Runs that end before their time. After SIGKILL what was flushed is on the disk, readable, and `rall recover` makes results of it; after
SIGINT, SIGTERM, SIGHUP, SIGXCPU, SIGUSR1 the results until then are published and the exit code is 128 + signal; a second signal ends
the run at once. Whatever lies there is, value for value, the beginning of what the whole run gives. A killed compilation leaves no compiler.
"""
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import h5py
import numpy as np

from attack import TIMEOUT, Findings, box, config, options

SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGXCPU", "SIGUSR1"]
TSTOP = 1e7  # ms, more than any attack waits for
AT_ONCE = 2  # s


def long_config(**run):
    content = config(0.5, tstop=TSTOP)
    for report in content["reports"].values():
        report["dt"] = 1
    content["run"].update(run)
    return content


class Run:
    """A run in `place`, with what an undisturbed one gives until `reference` ms to compare with."""

    def __init__(self, one, old=False, flush="0.2", content=None, verb="run", prefix=()):
        self.box, self.folder = one, one.folder / "place"
        shutil.rmtree(self.folder)
        self.folder.mkdir()
        self.out, self.config = self.folder / "out", one.folder / "inputs/long.json"
        if old:
            assert self.again("--tstop", "20").returncode == 0
            self.before = {path.name: path.read_bytes() for path in self.out.iterdir()}
        self.config.write_text(json.dumps(content or long_config()))
        self.process = subprocess.Popen([*prefix, one.rall, verb, self.config, "--output-dir", self.out, "--quiet", *(["--flush", flush] if flush else [])], stderr=subprocess.PIPE, text=True, env=one.environment)
        self.begun = time.monotonic()

    def again(self, *words):
        self.config.write_text(json.dumps(long_config()))
        return subprocess.run([self.box.rall, "run", self.config, "--output-dir", self.out, "--quiet", *words], capture_output=True, text=True, env=self.box.environment, timeout=TIMEOUT)

    def wait(self, seconds=TIMEOUT):
        begun = time.monotonic()
        try:
            self.said = self.process.communicate(timeout=seconds)[1]
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.said = self.process.communicate()[1]
            return float("inf")
        return time.monotonic() - begun

    def names(self):
        return sorted(os.listdir(self.folder))


def contents(folder):
    """Times of spikes, and samples of both reports (rows by time), of a folder of results."""
    with h5py.File(folder / "spikes.h5") as file:
        spikes = file["spikes/cells/timestamps"][()]
    reports = {}
    for name in ("v", "m"):
        with h5py.File(folder / f"{name}.h5") as file:
            reports[name] = file["report/cells/data"][()]
    return spikes, reports


def compare(one, folder, until, exactly=True):
    """What is wrong with results that should reach `until` ms, and no further if `exactly`; None if nothing is."""
    try:
        spikes, reports = contents(folder)
    except (OSError, KeyError) as failure:
        return f"cannot be read: {failure}"
    sure = min(until, one.reference_ms)
    whole_spikes, whole_reports = one.reference
    if not np.array_equal(spikes[spikes < sure], whole_spikes[whole_spikes < sure]):
        return f"spikes until {sure} ms: {len(spikes[spikes < sure])} instead of {len(whole_spikes[whole_spikes < sure])}, or other times"
    if exactly and len(spikes) and spikes.max() > until:
        return f"a spike at {spikes.max()} ms, though it ended at {until} ms"
    for name, data in reports.items():
        rows = min(len(data), int(one.reference_ms))
        if len(data) < until - 1 or not np.array_equal(data[:rows], whole_reports[name][:rows]):
            return f"report {name}: {len(data)} rows of {until} ms, or other values"
    return None


def refer(one, ms):
    """What an undisturbed run gives."""
    one.reference_ms = ms
    place = one.folder / "reference"
    path = one.folder / "inputs/reference.json"
    path.write_text(json.dumps(long_config()))
    subprocess.run([one.rall, "run", path, "--output-dir", place, "--tstop", str(ms), "--quiet", "--no-html"], check=True, capture_output=True, env=one.environment)
    one.reference = contents(place)


def hidden(run):
    return [run.folder / name for name in run.names() if name.startswith(".") and (run.folder / name).is_dir()]


def speed_of(one):
    """Simulated ms per second, to compare what is kept with the time it took."""
    run = Run(one)
    while run.process.poll() is None and not any((place / "run.json").exists() for place in hidden(run)):
        time.sleep(0.01)
    time.sleep(1.5)
    run.process.send_signal(signal.SIGINT)
    run.wait()
    return json.loads((run.out / "run.json").read_text())["until"] / 1.5


def killed(one, findings, after, flush, may_lose, old):
    """SIGKILL: what is older than `may_lose` seconds is kept."""
    run = Run(one, old, flush)
    what = f"killed after {after:.2f} s, flushed every {flush or 20} s, {'old' if old else 'no old'} results"
    time.sleep(after)
    run.process.kill()
    run.wait()
    if old:
        now = {path.name: path.read_bytes() for path in run.out.iterdir()}
        findings.case("old whole", None if now == run.before else f"{what}: the old results changed")
    places = hidden(run)
    wrong = None
    if len(places) != 1:
        wrong = f"not one hidden folder, but {run.names()}"
    else:
        try:
            until = json.loads((places[0] / "run.json").read_text())["until"]
            # The files are flushed one after the other.
            wrong = compare(one, places[0], until, exactly=False)
            # Others may work on this machine: a fifth of the speed measured before is enough.
            if not wrong and until < one.speed * 0.2 * (after - may_lose):
                wrong = f"only {until} ms are kept, of about {one.speed * after:.0f}"
        except (OSError, ValueError, KeyError) as failure:
            wrong = f"run.json of the hidden folder: {failure}"
    findings.case("kept, readable", wrong and f"{what}: {wrong}")
    recovered = subprocess.run([one.rall, "recover", run.out], capture_output=True, text=True, env=one.environment, timeout=TIMEOUT)
    wrong = f"recover: exit {recovered.returncode}: {recovered.stderr}" if recovered.returncode else None
    if not wrong:
        record = json.loads((run.out / "run.json").read_text())
        wrong = compare(one, run.out, record["until"]) or (None if record["complete"] is False and (run.out / "report.html").exists() else "it is not marked as a part, or has no page")
        if run.names() != ["out"]:
            wrong = f"recover leaves {run.names()}"
    findings.case("recovered", wrong and f"{what}: {wrong}")
    done = run.again("--tstop", "20")
    findings.case("next run", None if done.returncode == 0 and run.names() == ["out"] and json.loads((run.out / "run.json").read_text())["complete"] else f"{what}: the next run: exit {done.returncode}, {run.names()}: {done.stderr[-200:]}")


def killed_then_run(one, findings):
    """Without `recover`: the next run starts, keeps nothing from being recovered where no results stood, and leaves nothing behind."""
    for old in (False, True):
        run = Run(one, old, "0.1")
        time.sleep(0.8)
        run.process.kill()
        run.wait()
        done = run.again("--tstop", "20")
        findings.case("next run", None if done.returncode == 0 and run.names() == ["out"] else f"killed, then run ({old=}): exit {done.returncode}, {run.names()}: {done.stderr[-300:]}")


def signalled(one, findings, name, old):
    run = Run(one, old)
    time.sleep(0.5)
    number = getattr(signal, name)
    run.process.send_signal(number)
    took = run.wait()
    what = f"{name}, {'old' if old else 'no old'} results"
    wrong = None
    if run.process.returncode != 128 + number:
        wrong = f"exit {run.process.returncode}: {run.said[-300:]}"
    elif run.names() != ["out"]:
        wrong = f"there are {run.names()}"
    elif name not in run.said or str(run.out) not in run.said:
        wrong = f"it said only: {run.said[-300:]}"
    else:
        record = json.loads((run.out / "run.json").read_text())
        wrong = compare(one, run.out, record["until"])
        if not wrong and (record["complete"] is not False or name not in json.dumps(record) or record["until"] < 0.05 * one.speed):
            wrong = f"run.json: until {record['until']}, complete {record['complete']}"
    findings.case("partial", wrong and f"{what}: {wrong}")
    findings.case("soon", None if took < 5 else f"{what}: it took {took:.1f} s")


def twice(one, findings, name, content, what, old):
    """The second signal ends it at once."""
    run = Run(one, old, content=content)
    time.sleep(1)
    number = getattr(signal, name)
    run.process.send_signal(number)
    time.sleep(0.2)
    inside = run.process.poll() is None
    if inside:
        run.process.send_signal(number)
    took = run.wait(10)
    wrong = f"it took {took:.1f} s" if took > AT_ONCE else f"exit {run.process.returncode}" if run.process.returncode != 128 + number else None
    if not inside:
        wrong = "it ended with the first signal already, which tests nothing"
    if not wrong and old and {path.name: path.read_bytes() for path in run.out.iterdir()} != run.before:
        wrong = "the old results changed"
    findings.case("ended at once", wrong and f"{name} twice, {what}: {wrong}")
    done = run.again("--tstop", "20")
    findings.case("next run", None if done.returncode == 0 and run.names() == ["out"] else f"{name} twice, then a run: exit {done.returncode}, {run.names()}: {done.stderr[-200:]}")


def ignored(one, findings):
    """nohup stays what it is."""
    run = Run(one, prefix=["sh", "-c", "trap '' HUP; exec \"$@\"", "sh"])
    time.sleep(0.5)
    run.process.send_signal(signal.SIGHUP)
    time.sleep(0.5)
    alive = run.process.poll() is None
    run.process.send_signal(signal.SIGTERM)
    run.wait()
    findings.case("ignored", None if alive and run.process.returncode == 128 + signal.SIGTERM else f"SIGHUP under nohup: alive {alive}, exit {run.process.returncode}")


def sweeps(one, findings, names):
    """A sweep ends between members, tells its signal, and goes on from there."""
    description = {"config": config(0.5, tstop=3000), "combine": "latin_hypercube", "members": 200, "parameters": {"inputs.i.amp_start": {"from": 0, "to": 0.5}}}
    whole = None
    for name in (None, *names):
        run = Run(one, flush=None, verb="sweep", content=description, prefix=()) if name else None
        if run:
            time.sleep(0.6)
            number = getattr(signal, name)
            run.process.send_signal(number)
            took = run.wait(20)
            code = -number if name == "SIGKILL" else 128 + number
            findings.case("sweep ended", None if run.process.returncode == code and took < 10 else f"sweep, {name}: exit {run.process.returncode} after {took:.1f} s: {run.said[-200:]}")
        else:
            shutil.rmtree(one.folder / "place")
            (one.folder / "place").mkdir()
            (one.folder / "inputs/long.json").write_text(json.dumps(description))
        out = one.folder / "place/out"
        done = subprocess.run([one.rall, "sweep", one.folder / "inputs/long.json", "--output-dir", out, "--quiet"], capture_output=True, text=True, env=one.environment, timeout=TIMEOUT)
        made = {path.name: path.read_bytes() for path in out.iterdir() if path.suffix in (".csv", ".h5")}
        whole = whole or made
        findings.case("sweep gone on", None if done.returncode == 0 and made == whole and os.listdir(one.folder / "place") == ["out"] else f"sweep after {name}: exit {done.returncode}, the same tables: {made == whole}, {os.listdir(one.folder / 'place')}")


def compilers(one, findings):
    """Who ends `rall compile` ends its compiler too."""
    slow = one.folder / "slow.sh"
    slow.write_text(f"#!/bin/sh\necho $$ > {one.folder}/compiler.pid\nsleep 30 &\necho $! >> {one.folder}/compiler.pid\nwait\n")
    slow.chmod(0o755)
    for name, second in (("SIGKILL", False), ("SIGTERM", False), ("SIGINT", False)):
        shutil.rmtree(one.folder / "place")
        (one.folder / "place").mkdir()
        pids = one.folder / "compiler.pid"
        pids.unlink(missing_ok=True)
        process = subprocess.Popen([one.rall, "compile", one.folder / "inputs/leak.mod"], stderr=subprocess.PIPE, stdout=subprocess.PIPE, env={**one.environment, "RALL_CXX": str(slow)})
        while not pids.exists() or len(pids.read_text().split()) < 2:
            assert process.poll() is None, process.communicate()
            time.sleep(0.01)
        process.send_signal(getattr(signal, name))
        try:
            process.wait(5)
            code = process.returncode
        except subprocess.TimeoutExpired:
            code = "none, it goes on"
            process.kill()
        process.stderr.close(), process.stdout.close()
        time.sleep(0.5)
        alive = [pid for pid in pids.read_text().split() if Path(f"/proc/{pid}/status").exists() and "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()]
        for pid in alive:
            os.kill(int(pid), signal.SIGKILL)
        ends = {-getattr(signal, name), 128 + getattr(signal, name)}  # a shell calls both by one number
        findings.case("compiler gone", None if not alive and code in ends else f"compile, {name}: exit {code}, {len(alive)} of 2 processes of the compiler go on")
        done = subprocess.run([one.rall, "compile", one.folder / "inputs/leak.mod"], capture_output=True, text=True, env=one.environment, timeout=TIMEOUT)
        left = [str(path) for path in (one.folder / "place").rglob("*") if "building" in path.name or ".part" in path.name]
        findings.case("next compile", None if done.returncode == 0 and not left else f"compile after {name}: exit {done.returncode}, {left} is left")


def main():
    given = options(__doc__)
    findings = Findings("long runs")
    with box(given) as one:
        refer(one, 20000)
        one.speed = speed_of(one)
        print(f"{one.speed:.0f} ms are simulated in a second", flush=True)
        # Reading the reference and starting take time: a second of a short run may be lost, of a long one 30 s as is promised.
        for i in range(40 if given.all else 2):
            killed(one, findings, given.random.uniform(0.6, 3), "0.1", 0.8, old=i % 2 == 1)
        if given.all:
            killed(one, findings, 60, None, 30, old=False)
        killed_then_run(one, findings)
        for name in SIGNALS:
            for old in (False, True) if given.all else (name == "SIGTERM",):
                signalled(one, findings, name, old)
        many = {**long_config(dt=1e-6)}
        many["cells"]["c"]["count"] = 10_000
        for name in SIGNALS if given.all else SIGNALS[:1]:
            twice(one, findings, name, many, "inside a long epoch", old=given.all)
        ignored(one, findings)
        compilers(one, findings)
        sweeps(one, findings, ["SIGTERM", "SIGKILL", "SIGINT", "SIGHUP"][: 4 if given.all else 2])
    return findings.end()


if __name__ == "__main__":
    sys.exit(main())
