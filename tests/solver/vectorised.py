#!/usr/bin/python3
"""The loops that a step spends its time in are vector code in the library of the built-in mechanisms as it was built: the solver, Nernst, and the
currents and states of every density mechanism, with curves read from a table and computed.

    vectorised.py LIBRARY [--except FUNCTION...]

Reads objdump's listing of an x86 library; exit code 77 (skipped) for another. (tests/nmodl_lite/vectorised.py asks the compiler about the
generated code alone.)
"""
import argparse
import re
import subprocess
import sys

LOOP = re.compile(r"rall::solver::(?:(density_currents|states|states_on_curves|compute_block)<rall::mechanism::(\w+), rall::kernel::\w+[>,]|(solve|update_reversals)\(|"
                  r"run_piece<rall::mechanism::(\w+)::(current|state)_pieces, rall::kernel::\w+, (\d+))")
# They draw, and Philox multiplies integers of 64 bits, which no vector instruction before AVX-512 does.
DRAWING = {"states<OUConductance_n>", "states<OUNoise_n>"}
PACKED = re.compile(r"\s(?:v?(?:add|sub|mul|div)pd|vfn?m(?:add|sub)\d+pd)\s")


def functions(library):
    """Names of the loops, with the number of their packed operations on doubles. What calls pieces, or reads curves, is no loop, but they are."""
    listing = subprocess.run(["objdump", "-d", "-C", "--no-show-raw-insn", library], capture_output=True, text=True, check=True).stdout
    found, in_pieces, excepted = {}, set(), set() if "%zmm" in listing else DRAWING
    for function in listing.split("\n\n"):
        head, _, body = function.partition("\n")
        loop = LOOP.search(head)
        if not loop:
            continue
        if loop[1] == "states_on_curves":
            in_pieces.add(f"states<{loop[2]}>")
        name = loop[3] or (f"{loop[1]}<{loop[2]}>" if loop[1] else f"piece {loop[6]} of {loop[5]} of {loop[4]}")
        if loop[4]:
            in_pieces.add({"state": "states", "current": "density_currents"}[loop[5]] + f"<{loop[4]}>")
        found[name] = found.get(name, 0) + len(PACKED.findall(body))
    return {name: packed for name, packed in found.items() if name not in in_pieces | excepted}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("library")
    parser.add_argument("--except", nargs="*", default=[], dest="excepted")
    arguments = parser.parse_args()
    if b"x86-64" not in subprocess.run(["objdump", "-f", arguments.library], capture_output=True, check=True).stdout:
        print("skipped: no x86 library")
        sys.exit(77)
    found = functions(arguments.library)
    if "solve" not in found or sum(name.startswith(("states", "piece 0 of state ")) for name in found) < 10:
        sys.exit(f"expected the solver and the loops of all mechanisms, found {sorted(found)}")
    scalar = [name for name, packed in sorted(found.items()) if packed == 0 and name not in arguments.excepted]
    print("\n".join(f"{name} is no vector code" for name in scalar) or f"{len(found)} loops are vector code")
    sys.exit(bool(scalar))


if __name__ == "__main__":
    main()
