#!/usr/bin/python3
"""NEURON's translator takes what every pass prints, wherever it takes the file itself: accepted.py RALL_NMODL BUILD_DIR MOD...

Only what "kinetic" leaves is Rall's own: NEURON knows no CONSERVE and no METHOD sparse for a DERIVATIVE block. Where a file draws random
numbers "verbatim" leaves a RANDOM declaration, which NEURON knows from version 9 on; where it asks hoc Vectors, a VECTOR.
"""
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def nocmodl(text, folder, name):
    """What NEURON's translator complains about; empty if it takes the text."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(text)
    done = subprocess.run(["nocmodl", name], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.stdout.decode(errors="replace") if done.returncode else ""


def passes_of(rall_nmodl):
    """Their names, as --help lists them, without the kernel (cpp)."""
    said = subprocess.run([rall_nmodl, "--help"], capture_output=True, text=True, check=True).stdout
    names = re.search(r"--show TEXT:\{(.*?)\}", said, re.S)[1].split(",")
    return [name for name in names if name not in ("kinetic", "cpp")]


def complaints(rall_nmodl, build, mod, passes):
    for shown in passes:
        printed = subprocess.run([rall_nmodl, "--show", shown, mod], capture_output=True)
        if re.search(rb"^\s*(RANDOM|VECTOR)\b", printed.stdout, re.M):
            break
        said = nocmodl(printed.stdout, build / shown, mod.name)
        if said and shown == passes[0] and nocmodl(mod.read_bytes(), build / "as_written", mod.name):
            return []  # NEURON 8.2 does not know what the file uses
        if said:
            return [f"{mod.name} after {shown}: {said}"]
    return []


def main():
    rall_nmodl, build, *mods = sys.argv[1:]
    passes = passes_of(rall_nmodl)
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda mod: complaints(rall_nmodl, Path(build), Path(mod), passes), mods))
    failed = [line for lines in found for line in lines]
    print(*failed, f"{len(mods)} files, {len(passes)} passes, {len(failed)} refused", sep="\n")
    sys.exit(1 if failed else 0)


main()
