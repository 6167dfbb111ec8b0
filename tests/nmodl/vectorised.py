"""The compiler must turn the loops over instances into 64-byte vector code: asks g++ for its report.

    vectorised.py RALL_NMODL CXX SOURCE_DIR BUILD_DIR MECHANISM...
"""
import re
import subprocess
import sys
from pathlib import Path

LOOPS = """
#include "%s.hpp"
using namespace rall;
using M = mechanism::%s;

template <class M>
void states(kernel::Variable const* variables, int n, double const* v, kernel::Context const context) {
    if constexpr (M::info.has_state) {
        auto const common = M::common(context, variables);
        for (int block = 0; block < n; block += lanes)
#pragma omp simd
            for (int lane = 0; lane < lanes; ++lane) M::state(context, common, {variables, block, lane}, v[block + lane]);
    }
}

template <class M>
void currents(kernel::Variable const* variables, int n, double const* v, kernel::Current* out, kernel::Context const context) {
    if constexpr (M::info.has_current) {
        auto const common = M::common(context, variables);
        for (int block = 0; block < n; block += lanes)
#pragma omp simd
            for (int lane = 0; lane < lanes; ++lane)
                out[block + lane] = M::current(context, common, {variables, block, lane}, v[block + lane]);
    }
}

"""
STATES = "template void states<M>(kernel::Variable const*, int, double const*, kernel::Context);\n"
CURRENTS = "template void currents<M>(kernel::Variable const*, int, double const*, kernel::Current*, kernel::Context);\n"
FLAGS = ["-std=c++20", "-O3", "-march=x86-64-v4", "-mprefer-vector-width=512", "-fno-math-errno", "-fno-trapping-math",
         "-ffp-contract=off", "-fopenmp-simd", "-fopt-info-vec-optimized", "-c", "-o", "/dev/null"]


def vectorised(compiler, source, include):
    report = subprocess.run([compiler, *FLAGS, *(f"-I{i}" for i in include), source], check=True, capture_output=True, text=True)
    return re.search(r"loop vectorized using 64 byte vectors", report.stderr) is not None


def main(rall_nmodl, compiler, root, build, *names):
    root, build = Path(root), Path(build)
    subprocess.run([rall_nmodl, *(root / f"mechanisms/builtin/{n}.mod" for n in names), "--output-dir", build], check=True,
                   stderr=subprocess.DEVNULL)
    failed = False
    for name in names:
        header = (build / f"{name}.hpp").read_text()
        struct = re.search(r"^struct (\w+) {", header, re.M)[1]
        for what, instantiate in (("state", STATES), ("current", CURRENTS)):
            if f".has_{what} = true" not in header:
                continue
            source = build / f"{name}_{what}.cpp"
            source.write_text(LOOPS % (name, struct) + instantiate)
            good = vectorised(compiler, source, [root, build])
            failed |= not good
            print(f"{name}: {what} loop {'vectorised' if good else 'NOT vectorised'}")
    sys.exit(failed)


main(*sys.argv[1:])
