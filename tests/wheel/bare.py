#!/usr/bin/python3
"""A wheel on bare Debian 12: an empty system with Python and no compiler, made by debootstrap, in which the wheel is installed, imported, runs the lines of the README and
the tests of tests/python, and gives the same bits on all levels of processors; then, with g++, a mechanism of the user's own. Prints what was measured.

    bare.py WHEEL | --build [--system DIR]

    --build   makes the wheel first (scripts/wheel.sh)
    --system  uses a system that is there already, and spoils it: it is made if there is none

Skipped (77) where there is no debootstrap or no root to call it. Needs the machine's mirror of Debian, and PyPI.
"""
import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "tests"))
import bare_debian

INSTALL_SECONDS, IMPORT_SECONDS = 30, 0.3  # at most

WITHOUT_COMPILER = r"""
cd /bare
if command -v c++ || command -v g++; then exit 1; fi
python3 -m venv /venv
begin=$(date +%s.%N)
/venv/bin/pip install --quiet /bare/rall-*.whl
echo "pip install: $(echo "$(date +%s.%N) $begin" | awk '{print $1 - $2}') s"
for k in 1 2 3 4 5; do
    /venv/bin/python -c 'import time; t = time.perf_counter(); import rall; print("import:", time.perf_counter() - t, "s")'
done
/venv/bin/rall --version
/venv/bin/pip install --quiet matplotlib
mkdir /work && cd /work
bits() {  # LEVEL and what glibc is told that the processor lacks. FMA stays: a fused multiply-add of libm without it takes 100 ns, and this would take hours
    case $1 in
    x86-64-v2) ;;
    *) /lib64/ld-linux-x86-64.so.2 --help | grep -q "^ *$1 (supported" || { echo "$1: not on this processor"; return; } ;;
    esac
    GLIBC_TUNABLES=glibc.cpu.hwcaps=$2 /venv/bin/python /bare/bits.py $1 >bits-$1
    cmp bits-x86-64-v2 bits-$1
    echo "$1: the same bits"
}
bits x86-64-v2 -AVX512F,-AVX2
bits x86-64-v3 -AVX512F
bits x86-64-v4 ""
cat bits-x86-64-v2
MPLBACKEND=Agg /venv/bin/python /bare/lines.py && test -s v.png
/venv/bin/rall run "$(/venv/bin/python -c 'import rall; print(rall.example("squid"))')" --output-dir squid && test -s squid/report.html
cd /bare/tree && MPLBACKEND=Agg /venv/bin/python -m unittest discover -s tests/python -t tests/python
cd /work
if /venv/bin/python /bare/own.py; then exit 1; fi
"""
WITH_COMPILER = r"""
cd /work
apt-get -qq update && apt-get -qq install -y --no-install-recommends g++ >/dev/null
/venv/bin/python /bare/own.py
cd /bare/tree && MPLBACKEND=Agg /venv/bin/python -m unittest discover -s tests/python -t tests/python -p test_mechanisms.py
"""
BITS = """
import hashlib, sys, rall
kernels = {line.split()[-1] for line in open("/proc/self/maps") if "librall_builtin" in line}
assert len(kernels) == 1 and kernels.pop().endswith({"x86-64-v2": "rall/lib"}.get(sys.argv[1], sys.argv[1]) + "/librall_builtin.so"), kernels
for name in ("pyramidal", "squid", "random_network"):
    sim = rall.Simulation(rall.example(name))
    sim.run(130)
    told = hashlib.sha256(sim.spikes.times.tobytes())
    for report in sim.reports:
        told.update(report.values.tobytes())
    print(name, len(sim.spikes), told.hexdigest())
"""
OWN = """
import pathlib, rall
pathlib.Path("own.mod").write_text('''NEURON { SUFFIX own NONSPECIFIC_CURRENT i RANGE g, e }
UNITS { (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) }
PARAMETER { g = 0.0001 (S/cm2) e = -70 (mV) }
ASSIGNED { v (mV) i (mA/cm2) }
BREAKPOINT { i = g*(v - e) }
''')
def run(mechanism, **values):
    model = rall.Model()
    cell = model.add_cell([{"name": "soma", "L": 20, "diam": 20}], {"regions": {"all": {"mechanisms": {mechanism: values}}}})
    sim = rall.Simulation(model, mechanisms=["."])
    sim.run(20)
    return float(sim[cell.soma(0.5)].v)
own, built_in = run("own"), run("pas", g=0.0001, e=-70)
print("v with a mechanism of one's own:", own, "with the same built in:", built_in)
assert own == built_in
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("wheel", nargs="?", type=Path)
    parser.add_argument("--build", action="store_true")
    parser.add_argument("--system", type=Path)
    options = parser.parse_args()
    if not options.wheel and not options.build:
        parser.error("a wheel, or --build")
    bare_debian.skip_without_means()
    with tempfile.TemporaryDirectory() as holder:
        wheel = options.wheel
        if options.build:
            subprocess.run([SOURCE / "scripts/wheel.sh", holder], check=True)
            wheel = next(Path(holder).glob("rall-*.whl"))
        print(f"{wheel.name}: {wheel.stat().st_size / 1e6:.1f} MB", flush=True)
        system = bare_debian.System(options.system or Path(holder) / "root", "python3", "python3-venv")
        shutil.copy(wheel, system.place)
        system.put(SOURCE, ["tests/python", "tests/data", "examples", "README.md", "docs/quickstart.md"])
        lines = re.search(r"```python\n(import rall\n.*?)```", (SOURCE / "README.md").read_text(), re.S)[1]
        for name, text in (("lines.py", lines), ("own.py", OWN), ("bits.py", BITS), ("without.sh", WITHOUT_COMPILER), ("with.sh", WITH_COMPILER)):
            (system.place / name).write_text(text)
        said, complaint = system.run("without")
        assert float(re.search(r"pip install: (\S+) s", said)[1]) < INSTALL_SECONDS, said
        assert min(float(seconds) for seconds in re.findall(r"import: (\S+) s", said)) < IMPORT_SECONDS, said
        assert "apt install g++" in complaint, complaint
        system.run("with")
    return 0


if __name__ == "__main__":
    sys.exit(main())
