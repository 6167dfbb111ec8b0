"""The compiler must turn the loops over instances into 64-byte vector code: asks g++ for its report.

    vectorised.py RALL_NMODL CXX SOURCE_DIR BUILD_DIR [--except NAME:LOOP...]

One call of the compiler for the loops of all built-in mechanisms over states, currents and derivatives, as solver/step/instances.hpp runs them.
Loops that cannot be vector code (they draw random numbers, search in a table, or follow a POINTER) are excepted by name.
"""
import argparse
import gzip
import json
import re
import subprocess
import sys
from pathlib import Path

LOOPS = {
    "state": """
void {name}_state(kernel::Variable const* variables, int n, double const* v, kernel::Context const context) {{
    auto const common = mechanism::{name}::common(context, variables);
    for (int block = 0; block < n; block += lanes)
#pragma omp simd
        for (int lane = 0; lane < lanes; ++lane) mechanism::{name}::state(context, common, kernel::Instance{{variables, block, lane}}, v[block + lane]);
}}
""",
    "current": """
void {name}_current(kernel::Variable const* variables, int n, double const* v, kernel::Current* out, kernel::Context const context) {{
    auto const common = mechanism::{name}::common(context, variables);
    for (int block = 0; block < n; block += lanes)
#pragma omp simd
        for (int lane = 0; lane < lanes; ++lane)
            out[block + lane] = mechanism::{name}::current(context, common, kernel::Instance{{variables, block, lane}}, v[block + lane]);
}}
""",
    "derivative": """
void {name}_derivative(kernel::Variable const* variables, int n, double const* v, kernel::Context const context) {{
    auto const common = mechanism::{name}::common(context, variables);
    for (int block = 0; block < n; block += lanes)
#pragma omp simd
        for (int lane = 0; lane < lanes; ++lane) mechanism::{name}::derivative(context, common, {{variables, block, lane}}, v[block + lane]);
}}
""",
    "relax": """
void {name}_relax(kernel::Variable const* variables, int n, double const gamma) {{
    for (int block = 0; block < n; block += lanes)
#pragma omp simd
        for (int lane = 0; lane < lanes; ++lane) mechanism::{name}::relax({{variables, block, lane}}, gamma);
}}
"""}
# Without -fno-ipa-icf the loops of mechanisms that differ in parameters only would be one function.
FLAGS = ["-std=c++20", "-O3", "-march=x86-64-v4", "-mprefer-vector-width=512", "-fno-math-errno", "-fno-trapping-math",
         "-ffp-contract=off", "-fopenmp-simd", "-fno-ipa-icf", "-fsave-optimization-record", "-c"]


def remarks(record):
    """All remarks of an optimisation record, which is a tree."""
    for item in record if isinstance(record, list) else []:
        if isinstance(item, dict):
            yield item
            yield from remarks(item.get("children"))
        else:
            yield from remarks(item)


def vectorised(record_file):
    """Mangled names of the functions in which a loop became 64-byte vector code."""
    with gzip.open(record_file) as file:
        record = json.load(file)
    return {remark.get("function") for remark in remarks(record)
            if any(isinstance(part, str) and part.startswith("loop vectorized using 64 byte vectors")
                   for part in remark.get("message", []))}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("rall_nmodl")
    parser.add_argument("compiler")
    parser.add_argument("root", type=Path)
    parser.add_argument("build", type=Path)
    parser.add_argument("--except", nargs="*", default=[], dest="excepted")
    arguments = parser.parse_args()
    build = arguments.build.resolve()
    mods = sorted((arguments.root / "mechanisms/builtin").glob("*.mod"))
    subprocess.run([arguments.rall_nmodl, *mods, "--output-dir", build], check=True, stderr=subprocess.DEVNULL)

    includes, loops, expected = "", "", []
    for mod in mods:
        header = (build / f"{mod.stem}.hpp").read_text()
        struct = re.search(r"^struct (\w+) {", header, re.M)[1]
        includes += f'#include "{mod.stem}.hpp"\n'
        for phase, loop in LOOPS.items():
            if re.search(rf"RALL_FUNCTION static \S+ {phase}\(", header):
                loops += loop.format(name=struct)
                expected.append((mod.stem, phase, f"{struct}_{phase}"))
    (build / "loops.cpp").write_text(includes + "using namespace rall;\n" + loops)
    subprocess.run([arguments.compiler, *FLAGS, "-o", "loops.o", f"-I{arguments.root}", f"-I{build}", "loops.cpp"], check=True,
                   cwd=build)
    found = vectorised(build / "loops.cpp.opt-record.json.gz")

    failed = False
    for name, phase, function in expected:
        good = any(f"{len(function)}{function}" in mangled for mangled in found if mangled)
        wanted = f"{name}:{phase}" not in arguments.excepted
        failed |= good != wanted
        print(f"{name}: {phase} loop {'vectorised' if good else 'NOT vectorised'}{'' if good == wanted else '  <-- unexpected'}")
    sys.exit(failed)


main()
