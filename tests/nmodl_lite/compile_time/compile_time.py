#!/usr/bin/python3
"""No mechanism keeps the compilers busy for long: the kinds of kinds.py, and files given, are translated and compiled as `rall compile`
does it, and held to limits of time and memory.

    compile_time.py [--moderate] RALL BUILD_DIR [MOD...]

Every kind is translated as large as published, and compiled so too, unless --moderate asks for a smaller size, of which half the time is allowed.

Seconds are those that the process and its children spent computing, so that other work on the machine counts little; that they are
more on a machine that shares its cores is allowed for by `SLACK`.
"""
import os
import subprocess
import sys
from pathlib import Path
from shutil import rmtree

sys.dont_write_bytecode = True
from kinds import write  # noqa: E402

TRANSLATE, COMPILE, MEGABYTES = 0.5, 20, 600
SLACK = 3  # a slow core shared by two threads: `markov` took 26 s alone and 35 beside a build, one program, one machine
# Eight lanes are two vectors where these hold four numbers: more code to make.
if " avx512f" not in Path("/proc/cpuinfo").read_text():
    COMPILE, MEGABYTES = 1.5 * COMPILE, 1.5 * MEGABYTES


def measured(command, cache):
    """What a command and its children took: CPU seconds, MB of the largest of them."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**os.environ, "RALL_CACHE_DIR": str(cache)})
    said = process.stdout.read().decode(errors="replace")
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(map(str, command))}:\n{said}")
    return usage.ru_utime, usage.ru_maxrss / 1024


def main():
    moderate = sys.argv[1] == "--moderate"
    rall, build, *more = sys.argv[1 + moderate:]
    build, share = Path(build), 0.5 if moderate else 1
    rmtree(build, ignore_errors=True)
    failed = False
    published = write(build / "published")
    compiled = write(build / "moderate", moderate=True) if moderate else published
    for whole, mod in [*zip(published, compiled, strict=True), *((mod, mod) for mod in map(Path, more))]:
        translating = compiling = megabytes = float("inf")
        for attempt in range(3):  # the least of them is what it takes: beside another thread of its core a compiler computes a third longer
            translating = min(translating, measured([rall, "compile", "--check", whole], build / "cache")[0])
            seconds, megabytes = measured([rall, "compile", mod], build / f"cache-{attempt}")
            compiling = min(compiling, seconds)
            good = translating <= TRANSLATE * SLACK and compiling <= COMPILE * share * SLACK and megabytes <= MEGABYTES
            if good:
                break
        failed |= not good
        print(f"{mod.stem:12} translated in {translating:5.2f} s, compiled in {compiling:5.1f} s and {megabytes:4.0f} MB"
              f"{'' if good else '  <-- too much'}", flush=True)
    sys.exit(failed)


main()
