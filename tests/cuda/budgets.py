#!/usr/bin/python3
"""Compiles a fixed set of kernels and compares what each takes of a GPU with bench/budgets.json.

    budgets.py [--write] NVCC.txt RALL_NMODL SOURCE_DIR BUILD_DIR

NVCC.txt holds the compiler and its options, one a line. Registers, spills, stack (bytes per thread) and shared memory (bytes per team) of no kernel
may exceed its budget. --write makes what was measured the budget, after a change that is worth it.
"""
import argparse
import json
import re
import subprocess
import sys
from pathlib import Path

SETS = {
    "hh": ["hh"],
    "pas": ["pas"],
    "ExpSyn": ["ExpSyn"],
    # tests/neuron/cases/real_mouse.json
    "cell of 17 mechanisms": ["CaDynamics", "Ca_HVA", "Ca_LVA", "Ih", "Im", "Im_v2", "K_P", "K_T", "Kd", "Kv2like", "Kv3_1", "NaTa", "NaTs", "Nap", "SK",
                              "cat", "pas"],
    "Markov scheme of 13 states": ["tests/gating/mod/resurgent"],
}
ARCHITECTURES = "sm_80", "sm_90"
KERNELS = {"Initialize": "initialize", "Begin": "begin", "Step": "advance", "Turn": "turn", "Deliver": "deliver"}
WITHOUT_SPILLS = "hh", "pas", "ExpSyn"


def source(name, mods, translator, root, build):
    """A kernel library of these mechanisms."""
    folder = build / re.sub(r"\W", "_", name)
    folder.mkdir(parents=True, exist_ok=True)
    files = [root / (f"{mod}.mod" if "/" in mod else f"mechanisms/builtin/{mod}.mod") for mod in mods]
    subprocess.run([translator, *files, "--output-dir", folder], check=True)
    text = "".join(f'#include "{file.stem}.hpp"\n' for file in files) + '#include "solver/kernel_library.hpp"\n'
    text += f'RALL_KERNEL_LIBRARY("budget", {", ".join(f"rall::mechanism::{file.stem}_n" for file in files)})\n'
    (folder / "library.cu").write_text(text)
    return folder


def measured(output):
    """{kernel: what it takes} of what ptxas says of each entry."""
    kernels = {}
    for entry in re.split(r"Compiling entry function '", output)[1:]:
        name = entry[:entry.index("'")]
        found = re.search(r"rall6solver\d+(" + "|".join(KERNELS) + r")I", name)
        if not found:
            continue
        numbers = lambda pattern: [int(n) for n in re.findall(pattern, entry)] or [0]  # noqa: E731  (of the entry and of what it calls)
        kernels[KERNELS[found.group(1)]] = {
            "registers": max(numbers(r"Used (\d+) registers")), "spills": sum(numbers(r"(\d+) bytes spill (?:stores|loads)")),
            "stack": max(numbers(r"(\d+) bytes (?:stack frame|cumulative stack size)")), "shared": max(numbers(r"(\d+) bytes smem"))}
    return kernels


def main(write, command, translator, root, build):
    root, build = Path(root), Path(build)
    command = [line for line in Path(command).read_text().splitlines() if line]
    file = root / "bench" / "budgets.json"
    budgets = json.loads(file.read_text()) if file.exists() else {}
    found, failures = {architecture: {} for architecture in ARCHITECTURES}, []
    for name, mods in SETS.items():
        folder = source(name, mods, translator, root, build)
        for architecture in ARCHITECTURES:
            done = subprocess.run([*command, f"-I{folder}", f"-arch={architecture}", "--resource-usage", "-cubin", "-o", folder / f"{architecture}.cubin",
                                   folder / "library.cu"], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            if done.returncode:
                sys.exit(f"nvcc does not compile {name} for {architecture}:\n{done.stdout[-5000:]}")
            kernels = found[architecture][name] = measured(done.stdout)
            if kernels.keys() != set(KERNELS.values()):
                sys.exit(f"{name}: kernels {sorted(kernels)}, expected {sorted(KERNELS.values())}")
            for kernel, takes in kernels.items():
                print(f"{architecture} {name}, {kernel}: " + ", ".join(f"{what} {n}" for what, n in takes.items()), flush=True)
                if name in WITHOUT_SPILLS and takes["spills"]:
                    failures.append(f"{architecture} {name}, {kernel}: {takes['spills']} bytes of spills, where there must be none")
                allowed = budgets.get(architecture, {}).get(name, {}).get(kernel, {})
                for what, n in takes.items():
                    if not write and n > allowed.get(what, -1):
                        failures.append(f"{architecture} {name}, {kernel}: {what} {n}, budget {allowed.get(what, 'none')}")
    if write:
        file.write_text(json.dumps(budgets | found, indent=1) + "\n")
    sys.exit("\n".join(["over budget (bench/budgets.json; budgets.py --write renews it):", *failures]) if failures else 0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    for name in "command", "translator", "root", "build":
        parser.add_argument(name)
    main(**vars(parser.parse_args()))
