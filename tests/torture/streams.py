#!/usr/bin/python3
"""What is printed cannot be written: a full device, a closed stream, a pipe that nobody reads. For each verb: exit 3 and a word on stderr
where what was asked for is lost (and where there is a stderr), never a signal; and results in files are whole.
"""
import os
import subprocess
import sys

from attack import TIMEOUT, VERBS, Findings, Verb, box, options, signal_name, which

PRINTING = [
    Verb("version", ["--version"]), Verb("help", ["--help"]), Verb("help of run", ["run", "--help"]), Verb("list", ["list"]), Verb("list --json", ["list", "--json"]),
    Verb("list hh", ["list", "hh"]), Verb("inspect", ["inspect", "inputs/cell.swc"]), Verb("inspect --json", ["inspect", "--json", "inputs/cell.swc"]),
    Verb("inspect config", ["inspect", "inputs/config.json"]), Verb("inspect mod", ["inspect", "inputs/leak.mod"]), Verb("compile --check", ["compile", "--check", "inputs/leak.mod"]),
    Verb("compile --show", ["compile", "--check", "--show", "parse", "inputs/leak.mod"]), Verb("dry run", ["run", "inputs/config.json", "--dry-run"]),
    Verb("channel --json", ["channel", "hh", "--protocol", "activation", "--current", "ina", "--dt", "0.1", "--output-dir", "place/out", "--json"]),
    Verb("run", ["run", "inputs/config.json", "--output-dir", "place/out"]), Verb("sweep", ["sweep", "inputs/sweep.json", "--output-dir", "place/out", "--restart"]),
    Verb("compile", ["compile", "inputs/leak.mod"]), Verb("report", ["report", "place/out"]),
]
FAILING = [Verb("wrong config", ["run", "inputs/cell.swc"]), Verb("wrong verb", ["rum"]), Verb("no such file", ["inspect", "inputs/none.swc"])]


def redirected(how, stream):
    """A shell's words that spoil a stream; `gone` is a pipe whose reader has ended."""
    number = {"stdout": 1, "stderr": 2}[stream]
    return {"full": f"{number}>/dev/full", "closed": f"{number}>&-", "gone": f"{number}>&$GONE"}[how]


def spoiled(box, verb, redirections, **more):
    read, write = os.pipe()
    os.close(read)
    script = " ".join(['"$@"', *redirections])
    try:
        # Not as Python starts its children: a SIGPIPE that is ignored would be inherited.
        return subprocess.run(["sh", "-c", script, "sh", *box.command(verb)], capture_output=True, text=True, timeout=TIMEOUT, pass_fds=[write],
                              restore_signals=True, env={**box.environment, "GONE": str(write)}, **more)
    finally:
        os.close(write)


def attack(box, verb, findings, code):
    usual = subprocess.run(box.command(verb), capture_output=True, text=True, env=box.environment, timeout=TIMEOUT)
    assert usual.returncode == code, usual
    for how in ("full", "closed", "gone"):
        for streams in (["stdout"], ["stderr"], ["stdout", "stderr"]):
            done = spoiled(box, verb, [redirected(how, stream) for stream in streams])
            lost = "stdout" in streams and usual.stdout.strip() or ("stderr" in streams and usual.stderr.strip())
            told = "stderr" in streams or "stdout" not in streams or not usual.stdout.strip() or "output" in done.stderr
            # 128 + SIGPIPE is what the shell makes of a signal. Findings that cannot be shown may be let go, results that are printed may not.
            wrong = None
            if done.returncode >= 126 or done.returncode < 0:
                wrong = f"exit {signal_name(done.returncode)}"
            elif "stdout" in streams and usual.stdout.strip() and code == 0 and done.returncode != 3:
                wrong = f"exit {done.returncode}, and what it printed is lost"
            elif done.returncode not in ((code, 3) if lost else (code,)):
                wrong = f"exit {done.returncode} instead of {code}: {done.stderr[-200:]}"
            elif not told:
                wrong = f"nobody is told: {done.stderr[-200:]}"
            findings.case(f"exit {done.returncode}", wrong and f"{verb.name}, {' and '.join(streams)} {how}: {wrong}")


def main():
    given = options(__doc__)
    findings = Findings("streams")
    with box(given) as one:
        one.ok(VERBS["run"])
        for verb in PRINTING:
            attack(one, verb, findings, 0)
        for verb in FAILING:
            attack(one, verb, findings, 2 if verb.name == "wrong verb" else 1)
        # Results in files do not suffer from what cannot be printed.
        one.prepare(VERBS["run"])
        for how in ("full", "closed", "gone"):
            one.restore()
            done = spoiled(one, VERBS["run"], [redirected(how, "stdout"), redirected(how, "stderr")])
            findings.case(f"exit {done.returncode}", None if which(one, VERBS["run"]) == "new" else f"run, all {how}: {which(one, VERBS['run'])}")
    return findings.end()


if __name__ == "__main__":
    sys.exit(main())
