#!/usr/bin/python3
"""Flushes and recovery, call by call: a run that flushes after every epoch is killed at each of its calls, and what `rall recover` makes of
the rest is the beginning of the undisturbed run, as far as the last flush. Then `rall recover` itself is killed, and fails, at each of
its calls: the next one gives what an undisturbed one gives. And somebody reads while the run works.
"""
import json
import shutil
import signal
import subprocess
import sys
import time

import h5py
import numpy as np

from attack import TIMEOUT, Findings, box, config, options, out_of_time

TSTOP = 200  # ms
MOST = {"small": 2, "all": 10**9}  # calls of a kind
KINDS = ["write", "rename", "sync", "open", "mkdir", "unlink", "truncate", "close"]


def contents(folder):
    """Every table of numbers by name."""
    tables = {}
    for path in sorted(folder.glob("*.h5")):
        with h5py.File(path) as file:
            file.visititems(lambda name, item: tables.__setitem__(f"{path.name}/{name}", item[()]) if isinstance(item, h5py.Dataset) else None)
    return tables


def beginning(part, whole, until):
    """What is wrong with results that should be the beginning of others."""
    for name in ("v.h5/report/cells/data", "m.h5/report/cells/data"):
        rows = len(part[name])
        if rows < until or not np.array_equal(part[name], whole[name][:rows]):
            return f"{name}: {rows} rows until {until} ms, or other values"
    times, all_times = part["spikes.h5/spikes/cells/timestamps"], whole["spikes.h5/spikes/cells/timestamps"]
    if not np.array_equal(times, all_times[: len(times)]) or len(times) < np.sum(all_times < until):
        return f"{len(times)} spikes until {until} ms, or other times"
    return None


class Streaming:
    def __init__(self, one):
        self.box, self.place = one, one.folder / "place"
        self.out = self.place / "out"
        content = config(0.5, tstop=TSTOP)
        for report in content["reports"].values():
            report["dt"] = 1
        (one.folder / "inputs/stream.json").write_text(json.dumps(content))
        self.command = [one.rall, "run", str(one.folder / "inputs/stream.json"), "--output-dir", str(self.out), "--quiet", "--flush", "0"]
        self.recover = [one.rall, "recover", str(self.out)]

    def clear(self, template=None):
        shutil.rmtree(self.place)
        shutil.copytree(template, self.place, symlinks=True) if template else self.place.mkdir()

    def names(self):
        return sorted(path.name for path in self.place.iterdir())

    def is_whole(self):
        """Do the results of an undisturbed run lie there, and nothing else?"""
        return self.names() == ["out"] and all(np.array_equal(table, self.whole[name]) for name, table in contents(self.out).items())

    def call(self, command, fault=None):
        environment = self.box.faulty(fault) if fault else self.box.unsynced()
        return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=TIMEOUT)

    def count(self, command):
        done = self.call(command, f"disk:{1 << 60}")
        assert done.returncode == 0, done
        return self.box.told()[0]


def some(count, given, last=0):
    """All calls, or a few and the last ones, where a run finishes its files."""
    most = MOST["all" if given.all else "small"]
    return range(1, count + 1) if count <= most + last else sorted({*given.random.sample(range(1, count + 1), most), *range(count - last + 1, count + 1)})


def killed_while_flushing(run, given, findings):
    run.clear()
    counts = run.count(run.command)
    run.whole = contents(run.out)
    for kind in KINDS:
        for n in some(counts[kind], given, last=14 if kind in ("write", "open") else 2):
            if out_of_time(given, findings, "some"):
                return
            run.clear()
            fault = f"{kind}:{n}:kill"
            done = run.call(run.command, fault)
            if done.returncode != -signal.SIGKILL:
                findings.case("not reached")
                continue
            flushed = any(path.name == "run.json" for path in run.place.rglob("run.json"))
            left = run.box.folder / "left"
            shutil.rmtree(left, ignore_errors=True)
            shutil.copytree(run.place, left, symlinks=True)
            again = run.call(run.command)
            wrong = None if again.returncode == 0 and run.is_whole() else f"the next run: exit {again.returncode}, {run.names()}: {again.stderr[-200:]}"
            findings.case("run again", wrong and f"killed at FAULTS={fault} ({run.box.told()[3]}), --flush 0: {wrong}")
            run.clear(left)
            done = run.call(run.recover)
            wrong = None
            if done.returncode != 0:
                # There is nothing before the first flush.
                wrong = None if done.returncode == 1 and not flushed and "nothing-to-recover" in done.stderr else f"recover: exit {done.returncode}: {done.stderr[-200:]}"
            else:
                try:
                    record = json.loads((run.out / "run.json").read_text())
                    wrong = beginning(contents(run.out), run.whole, record["until"])
                except (OSError, KeyError, ValueError) as failure:
                    wrong = f"recovered results cannot be read: {failure!r}"
            if not wrong and done.returncode == 0 and run.names() != ["out"]:
                wrong = f"recover leaves {run.names()}"
            findings.case("recovered" if done.returncode == 0 else "nothing to recover", wrong and f"killed at FAULTS={fault} ({run.box.told()[3]}), --flush 0: {wrong}")


def recovery_disturbed(run, given, findings):
    """What a run left that was killed late, in a flush, with and without results in place."""
    for old in (False, True):
        run.clear()
        if old:
            assert run.call([*run.command, "--tstop", "20"]).returncode == 0
        counts = run.count([*run.command[:4], str(run.box.folder / "elsewhere"), *run.command[5:]])
        run.call(run.command, f"write:{counts['write'] * 3 // 4}:kill")
        template = run.box.folder / "killed"
        shutil.rmtree(template, ignore_errors=True)
        shutil.copytree(run.place, template, symlinks=True)
        counts = run.count(run.recover)
        right = contents(run.out)
        for kind in KINDS + ["read", "lock", "memory"]:
            for what in ("kill", "EIO" if kind != "memory" else "ENOMEM", "ENOSPC" if kind != "memory" else "kill"):
                if kind == "read" and what == "kill":
                    continue  # a process of its own reads
                for n in some(min(counts[kind], 10**9 if kind != "memory" else 40), given):
                    if kind == "memory":
                        n = given.random.randint(1, counts[kind])
                    if out_of_time(given, findings, "some"):
                        return
                    run.clear(template)
                    fault = f"{kind}:{n}:{what}"
                    done = run.call(run.recover, fault)
                    code, said = done.returncode, done.stderr
                    wrong = None
                    if what == "kill" and run.box.told()[2]:
                        wrong = None if code == -signal.SIGKILL else f"exit {code}"
                    elif code not in (0, 3) or (code == 3 and not said.strip()):
                        wrong = f"exit {code}: {said[-200:]}"
                    again = run.call(run.recover)
                    if not wrong:
                        if again.returncode != 0:
                            wrong = f"exit {code}, and the next recover: exit {again.returncode}: {again.stderr[-200:]}"
                        else:
                            made = contents(run.out)
                            if made.keys() != right.keys() or any(not np.array_equal(made[name], right[name]) for name in right):
                                wrong = f"exit {code}, and the next recover gives something else"
                            elif run.names() != ["out"]:
                                wrong = f"exit {code}, and the next recover leaves {run.names()}"
                    findings.case(f"recover, exit {code}", wrong and f"recover{', old results there' if old else ''}, FAULTS={fault} ({run.box.told()[3]}): {wrong}")


def read_while_it_works(run, given, findings):
    """Somebody opens the files over and over while the run flushes all the time: what he sees is the beginning, and it grows."""
    run.clear()
    process = subprocess.Popen([*run.command, "--tstop", "1e7"], stderr=subprocess.DEVNULL, env=run.box.environment)
    seen, reads, torn, wrong, until = 0, 0, 0, None, time.monotonic() + (20 if given.all else 3)
    while time.monotonic() < until and not wrong:
        folders = [path for path in run.place.iterdir() if path.is_dir() and path.name.startswith(".")]
        if not folders or not (folders[0] / "run.json").exists():
            continue
        try:
            record = json.loads((folders[0] / "run.json").read_text())
            with h5py.File(folders[0] / "v.h5") as file:
                data = file["report/cells/data"][()]
            with h5py.File(folders[0] / "spikes.h5") as file:
                times = file["spikes/cells/timestamps"][()]
        except (OSError, KeyError, ValueError, RuntimeError) as failure:
            torn += 1  # it was opened before a flush, and read after it
            if torn < 3:
                continue
            wrong = f"read {reads}, three times: {failure!r}"
            break
        torn = 0
        rows = min(len(data), TSTOP)
        if len(data) < record["until"] or not np.array_equal(data[:rows], run.whole["v.h5/report/cells/data"][:rows]):
            wrong = f"read {reads}: {len(data)} rows, until {record['until']} ms"
        if np.any(np.diff(times) < 0) or np.any(times <= 0) or len(data) < seen:
            wrong = f"read {reads}: times or rows that go back"
        seen, reads = len(data), reads + 1
    process.kill()
    process.wait()
    if not wrong and reads < 3:
        wrong = f"only {reads} reads"
    findings.case("read while it works", wrong)


def main():
    given = options(__doc__)
    findings = Findings("flushes")
    with box(given) as one:
        run = Streaming(one)
        killed_while_flushing(run, given, findings)
        recovery_disturbed(run, given, findings)
        read_while_it_works(run, given, findings)
    return findings.end()


if __name__ == "__main__":
    sys.exit(main())
