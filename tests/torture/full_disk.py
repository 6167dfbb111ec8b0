#!/usr/bin/python3
"""A disk of every size from nothing to what is needed, in 40 steps (10 in the small part): exit 3 with the place and the cause, and the old
results whole. The disk is one that faults.cpp counts; with --all also a real one (tmpfs), where mounting is allowed. Then the same with
a limit on the size of files (ulimit -f), which the system enforces by a signal.
"""
import resource
import shutil
import subprocess
import sys

from attack import TIMEOUT, VERBS, Findings, box, done_elsewhere, options, out_of_time, signal_name, which

CAUSE = "No space left on device"
MOUNT = 'mount -t tmpfs -o size="$SIZE" tmpfs "$PLACE" && cp -a "$OLD/." "$PLACE" && { "$@"; code=$?; cp -a "$PLACE/." "$SEEN"; exit $code; } || exit 98'


def judge(box, verb, done, enough, causes=(CAUSE,)):
    now, left = which(box, verb), box.leftovers()
    unnamed = [name for name in left if name not in done.stderr]
    if done.returncode == 0:
        wrong = None if now == "new" or now == "old" and done_elsewhere(verb, done) else f"exit 0: {now}"
    elif done.returncode != 3:
        wrong = f"exit {signal_name(done.returncode)}: {done.stderr[-200:]}"
    elif now not in ("old", "between"):
        wrong = f"exit 3: {now}"
    elif not any(word in done.stderr for word in causes) or str(box.folder) not in done.stderr:
        wrong = f"exit 3 without the place and the cause: {done.stderr[-200:]}"
    elif unnamed:
        wrong = f"{unnamed} is left"
    else:
        wrong = f"exit 3, but there was room for all: {done.stderr[-200:]}" if enough else None
    return f"exit {signal_name(done.returncode)}, {now[:7]}", wrong


def counted(box, verb, given, findings, steps):
    for i in range(steps + 1):
        size = box.disk * i // steps
        box.restore()
        done = subprocess.run(box.command(verb), capture_output=True, text=True, env=box.faulty(f"disk:{size}"), timeout=TIMEOUT)
        outcome, wrong = judge(box, verb, done, i == steps)
        if not wrong:
            box.ok(verb)
            if which(box, verb, settled=True) != "new" or box.leftovers():
                wrong = f"after the next run: {which(box, verb, settled=True)}, {box.leftovers()} is left"
        findings.case(outcome, wrong and f"{verb.name}, FAULTS=disk:{size} of {box.disk}: {wrong}")


def mounted(box, verb, given, findings, steps):
    """The same on a tmpfs as large as the old results and a part of what the new ones take, in a name space of its own."""
    unshare = ["unshare", "--user", "--map-root-user", "--mount"]
    if not shutil.which("unshare") or subprocess.run([*unshare, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True).returncode != 0:
        print("no file system can be mounted here: real disks are left out")
        return
    place = box.folder / "place"
    pages = lambda folder: sum(-(-path.stat().st_size // 4096) * 4096 for path in folder.rglob("*") if path.is_file())
    for i in range(steps + 1):
        if out_of_time(given, findings, steps + 1 - i):
            return
        size = max(4096, pages(box.old_place) + box.disk * i // steps)
        seen = box.folder / "seen"
        for folder in (seen, place):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
        done = subprocess.run([*unshare, "sh", "-c", MOUNT, "sh", *box.command(verb)], capture_output=True, text=True, timeout=TIMEOUT,
                              env={**box.environment, "SIZE": str(size), "PLACE": str(place), "OLD": str(box.old_place), "SEEN": str(seen)})
        assert done.returncode != 98, done
        shutil.rmtree(place)
        seen.rename(place)
        outcome, wrong = judge(box, verb, done, False)
        findings.case(f"tmpfs: {outcome}", wrong and f"{verb.name}, tmpfs of {size} bytes: {wrong}")


def limited(box, verb, given, findings, steps):
    for i in range(steps):
        size = box.largest * i // steps
        box.restore()
        done = subprocess.run(box.command(verb), capture_output=True, text=True, env=box.environment, timeout=TIMEOUT,
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))
        # A compiler may die of it without a word.
        outcome, wrong = judge(box, verb, done, False, ("File too large", "the C++ compiler failed"))
        findings.case(f"limited: {outcome}", wrong and f"{verb.name}, no file larger than {size} bytes: {wrong}")


def main():
    given = options(__doc__)
    steps = 40 if given.all else 10
    findings = Findings("full disks")
    with box(given) as one:
        for name in given.verbs:
            one.prepare(VERBS[name])
            print(f"{name}: {one.disk} bytes are needed", flush=True)
            counted(one, VERBS[name], given, findings, steps)
            limited(one, VERBS[name], given, findings, steps // 2)
            if given.all:
                mounted(one, VERBS[name], given, findings, steps)
    return findings.end()


if __name__ == "__main__":
    sys.exit(main())
