#!/usr/bin/python3
"""One call fails: every kind of call, every n, every verb that writes, with old results in place.

Right is exit 3 with the place and the cause told and the old results (or the new ones, complete) whole, or exit 0 and what an undisturbed run
gives. Whatever is left over is gone after the next run.
"""
import errno
import os
import subprocess
import sys

from attack import TIMEOUT, VERBS, WHOLE, Findings, box, done_elsewhere, options, out_of_time, printed, signal_name, which

FAULTS = {
    "write": ["ENOSPC", "EIO", "EDQUOT", "EINTR", "short", "+ENOSPC", "+EIO"],
    "sync": ["EIO", "ENOSPC", "EINTR", "+EIO"],
    "rename": ["EIO", "ENOSPC", "EINVAL", "EACCES", "+EIO"],
    "open": ["ENOSPC", "EMFILE", "EACCES", "EINTR", "+EROFS"],
    "read": ["EIO", "EINTR", "+EIO"],
    "mkdir": ["ENOSPC", "EACCES", "+EROFS"],
    "unlink": ["EIO", "+EIO"],
    "truncate": ["EIO", "EINTR", "ENOSPC"],
    "close": ["EIO", "ENOSPC", "+EDQUOT"],
    "lock": ["ENOLCK", "EINTR", "+ENOLCK"],
    "map": ["ENOMEM", "+ENOMEM"],
    "memory": ["ENOMEM", "+ENOMEM"],
}
SMALL = 2  # of each kind and verb with the first error, the first and the last call; other errors take turns
EVERY = {("report", "read", "EIO")}  # what HDF5 makes of it depends on what it was looking for


def spread(count, most, random, turn):
    """Calls to try: all, or the first, the last and some between."""
    if most == SMALL and turn > 0:
        return [1 if turn % 2 else count] if count else []
    if count <= most:
        return list(range(1, count + 1))
    ends = min(most // 3 + 1, 200)
    chosen = {*range(1, ends + 1), *range(count - ends + 1, count + 1)}
    while len(chosen) < most:
        chosen.add(random.randint(1, count) if random.random() < 0.5 else round(count ** random.random()))
    return sorted(chosen)[: most if most < 10 else None]


def cases(box, verb, given):
    for kind, whats in FAULTS.items():
        for turn, what in enumerate(whats):
            most = 1000 if given.all and kind == "memory" else 10**9 if given.all or (verb.name, kind, what) in EVERY else SMALL
            for n in spread(box.counts[kind], most, given.random, turn):
                yield kind, n, f"{kind}:{n}{'+' if what[0] == '+' else ''}:{what.lstrip('+')}"


def judge(box, verb, kind, fault, done):
    """What came of a case, and what is wrong with it (None if nothing is)."""
    _, _, hits, where = box.told()
    code, said = done.returncode, done.stderr
    now, left = which(box, verb), box.leftovers()
    outcome = f"exit {signal_name(code)}, {now if now in WHOLE else 'mixed'}" + (", not reached" if hits == 0 else "")
    if code == 97:
        raise RuntimeError(said)
    if now not in WHOLE:
        return outcome, f"exit {signal_name(code)}: {now}"
    if code == 0:
        if now in WHOLE and done_elsewhere(verb, done):
            return outcome, None
        if now != "new":
            return outcome, "exit 0, but there are no new results"
        if printed(done) != box.said:
            return outcome, "exit 0, but it printed something else"
        return outcome, f"exit 0, but {left} is left" if left and kind not in ("unlink", "map", "memory") else None
    if code != 3:
        return outcome, f"exit {signal_name(code)}: {said[-200:]}"
    cause = "memory" if kind in ("memory", "map") else os.strerror(getattr(errno, fault.split(":")[2], 0))
    if hits and kind not in ("memory", "map") and not any(part and part in said for part in (where, str(box.folder))):
        return outcome, f"exit 3 without the place ({where}): {said[-200:]}"
    if hits and cause not in said:
        return outcome, f"exit 3 without the cause ({cause}): {said[-300:]}"
    unnamed = [name for name in left if name not in said and not name.endswith(".lock")]
    return outcome, f"exit 3, and {unnamed} is left without a word" if unnamed and kind not in ("unlink", "map", "memory") else None


def attack(box, verb, given, findings):
    box.prepare(verb)
    print(f"{verb.name}: " + ", ".join(f"{n} {kind}" for kind, n in box.counts.items() if n), flush=True)
    plan = list(cases(box, verb, given))
    if given.seconds < float("inf"):
        given.random.shuffle(plan)
    for i, (kind, n, fault) in enumerate(plan):
        if out_of_time(given, findings, len(plan) - i):
            break
        box.restore()
        command = box.command(verb)
        try:
            done = subprocess.run(command, capture_output=True, text=True, env=box.faulty(fault), timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            findings.case("hangs", f"FAULTS={fault} {verb.name}: hangs")
            continue
        outcome, wrong = judge(box, verb, kind, fault, done)
        if not wrong and box.leftovers():
            box.ok(verb)
            if box.leftovers() or which(box, verb, settled=True) != "new":
                wrong = f"after the next run: {which(box, verb, settled=True)}, {box.leftovers()} is left"
        findings.case(outcome, wrong and f"FAULTS={fault} ({box.told()[3]}) {verb.name}: {wrong}")


def main():
    given = options(__doc__)
    findings = Findings("faults")
    with box(given) as one:
        for name in given.verbs:
            attack(one, VERBS[name], given, findings)
    return findings.end()


if __name__ == "__main__":
    sys.exit(main())
