#!/usr/bin/python3
"""The program is killed: at random moments, and before and after each call that changes files. After each the results are the old or the new
ones, complete; the next run succeeds, and nothing is left beside what it made. Then the same where process ids repeat (a container).
"""
import os
import shutil
import signal
import subprocess
import sys
import time

from attack import TIMEOUT, VERBS, WHOLE, Findings, box, options, out_of_time, which

CHANGES = ["rename", "write", "sync", "open", "mkdir", "unlink", "truncate", "close", "lock"]
MOST = {"rename": 10**9, "small": 2, "all": 60}  # calls of a kind that are tried
RANDOM = {"small": 20, "all": 500}
UNSHARE = [["unshare", "--pid", "--fork", "--mount-proc"], ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc"]]


def after(box, verb, how, findings, next_run=None):
    """The verdict on what a killed process left."""
    now, left = which(box, verb), box.leftovers()
    wrong = None if now in WHOLE else now
    if not wrong:
        done = subprocess.run(*(next_run or [box.command(verb)]), capture_output=True, text=True, env=box.unsynced(), timeout=TIMEOUT)
        if done.returncode != 0:
            wrong = f"the next run: exit {done.returncode}: {done.stderr[-300:]}"
        elif which(box, verb, settled=True) != "new":
            wrong = f"after the next run: {which(box, verb, settled=True)}"
        elif box.leftovers():
            wrong = f"the next run leaves {box.leftovers()}"
    findings.case(f"{now if now in ('old', 'new') else 'mixed'}{', leftovers' if left else ''}", wrong and f"{verb.name}, killed {how}: {wrong}")


def at_calls(box, verb, given, findings):
    for kind in CHANGES:
        count = box.counts[kind]
        most = MOST["rename"] if kind == "rename" else MOST["all" if given.all else "small"]
        calls = range(1, count + 1) if count <= most else sorted(given.random.sample(range(1, count + 1), most))
        for n in calls:
            for what in ("kill", "killed") if kind == "rename" else ("kill",):
                if out_of_time(given, findings, "some"):
                    return
                box.restore()
                fault = f"{kind}:{n}:{what}"
                done = subprocess.run(box.command(verb), capture_output=True, env=box.faulty(fault), timeout=TIMEOUT)
                if box.told()[2] == 0:
                    findings.case("not reached")
                    continue
                assert done.returncode == -signal.SIGKILL, (fault, done)
                after(box, verb, f"at FAULTS={fault} ({box.told()[3]})", findings)


def at_random(box, verb, count, given, findings):
    """Moments spread over all that an undisturbed run takes."""
    box.restore()
    begun = time.monotonic()
    box.ok(verb)
    whole = time.monotonic() - begun
    for i in range(count):
        if out_of_time(given, findings, count - i):
            return
        box.restore()
        moment = given.random.uniform(0, 1.05 * whole)
        process = subprocess.Popen(box.command(verb), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=box.environment)
        time.sleep(moment)
        process.kill()
        process.wait()
        after(box, verb, f"after {1000 * moment:.1f} ms", findings)


def in_container(box, verb, given, findings):
    """Each run is process 2 of a name space of its own (1 cannot be killed from inside)."""
    for unshare in UNSHARE:
        if shutil.which("unshare") and subprocess.run([*unshare, "true"], capture_output=True).returncode == 0:
            break
    else:
        print("no name spaces of processes are allowed here: kills in a container are left out")
        return
    inside = lambda environment: [*unshare, "env", *environment, "sh", "-c", '"$@"; exit $?', "sh", *box.command(verb)]
    for kind in ("rename", "write", "close"):
        for n in range(1, min(box.counts[kind], 10**9 if given.all else 2) + 1):
            if out_of_time(given, findings, "some"):
                return
            box.restore()
            faulty = box.faulty(f"{kind}:{n}:kill")
            inner = [f"{name}={faulty[name]}" for name in ("LD_PRELOAD", "FAULTS", "FAULTS_UNDER", "FAULTS_STATE")]
            subprocess.run(inside(inner), capture_output=True, env=box.environment, timeout=TIMEOUT)
            after(box, verb, f"in a container at FAULTS={kind}:{n}:kill", findings, [inside([])])


def main():
    given = options(__doc__)
    findings = Findings("kills")
    with box(given) as one:
        for name in given.verbs:
            verb = VERBS[name]
            one.prepare(verb)
            at_calls(one, verb, given, findings)
            if name in ("run", "sweep"):
                at_random(one, verb, RANDOM["all" if given.all else "small"], given, findings)
            if name == "run":
                in_container(one, verb, given, findings)
    return findings.end()


if __name__ == "__main__":
    sys.exit(main())
