#!/usr/bin/python3
"""A wheel on bare Debian 12: an empty system with Python and no compiler, made by debootstrap, in which the wheel is installed, imported, runs the lines of the README and
the tests of tests/python, and gives the same bits on all levels of processors; then, with g++, a mechanism of the user's own. Prints what was measured.

    bare.py WHEEL | --build [--system DIR]

    --build   makes the wheel first (scripts/wheel.sh)
    --system  uses a system that debootstrap has made before, and spoils it

Skipped (77) where there is no debootstrap or no root to call it. Needs the machine's mirror of Debian, and PyPI.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
MOUNTS = 'mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && exec chroot "$1" sh -eu /bare/$2.sh'
INSTALL_SECONDS, IMPORT_SECONDS = 30, 0.3  # at most

WITHOUT_COMPILER = r"""
cd /bare
! command -v c++ && ! command -v g++
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
for level in none x86-64-v3 x86-64-v4; do
    /lib64/ld-linux-x86-64.so.2 --glibc-hwcaps-mask $level /venv/bin/python /bare/bits.py >bits-$level
    cmp bits-none bits-$level
done
cat bits-none
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
import hashlib, rall
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
model = rall.Model()
cell = model.add_cell([{"name": "soma", "L": 20, "diam": 20}], {"regions": {"all": {"mechanisms": {"own": {}}}}})
sim = rall.Simulation(model, mechanisms=["."])
sim.run(20)
print("v with a mechanism of one's own:", sim[cell.soma(0.5)].v)
"""


def mirror():
    """Where this machine takes Debian from, as an argument; none where that is not to be seen: debootstrap has a default."""
    files = [Path("/etc/apt/sources.list"), *Path("/etc/apt/sources.list.d").glob("*")]
    text = "\n".join(file.read_text() for file in files if file.is_file())
    found = re.search(r"(?m)^(?:URIs:|deb (?:\[.*?\] )?)\s*(\S+/debian)/?(?:\s|$)", text)
    return [found[1]] if found else []


def prepare(root, wheel):
    if not root.exists():
        subprocess.run(["debootstrap", "--variant=minbase", "--include=python3,python3-venv,ca-certificates", "bookworm", root, *mirror()], check=True, stdout=subprocess.DEVNULL)
    for file in ("/etc/resolv.conf", "/etc/hosts", "/etc/pip.conf", "/etc/ssl/certs/ca-certificates.crt"):  # what this machine knows of the network
        if Path(file).exists():
            shutil.copy(file, root / file[1:])
    place = root / "bare"
    for folder in (place, root / "work", root / "venv"):
        shutil.rmtree(folder, ignore_errors=True)
    place.mkdir()
    shutil.copy(wheel, place)
    listed = subprocess.run(["git", "ls-files", "tests/python", "tests/data", "examples", "README.md"], cwd=SOURCE, capture_output=True, text=True, check=True).stdout
    for name in listed.splitlines():
        (place / "tree" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(SOURCE / name, place / "tree" / name)
    (place / "lines.py").write_text(re.search(r"```python\n(import rall\n.*?)```", (SOURCE / "README.md").read_text(), re.S)[1])
    (place / "own.py").write_text(OWN)
    (place / "bits.py").write_text(BITS)
    (place / "without.sh").write_text(WITHOUT_COMPILER)
    (place / "with.sh").write_text(WITH_COMPILER)


def run(root, script):
    """In namespaces of its own: what is mounted is gone when it ends."""
    done = subprocess.run(["unshare", "--mount", "--pid", "--fork", "sh", "-c", MOUNTS, "sh", root, script], capture_output=True, text=True, check=False,
                          env={**os.environ, "HOME": "/root", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
    print(done.stdout, done.stderr, sep="\n")
    if done.returncode != 0:
        sys.exit(f"{script}: {done.returncode}")
    return done.stdout, done.stderr


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("wheel", nargs="?", type=Path)
    parser.add_argument("--build", action="store_true")
    parser.add_argument("--system", type=Path)
    options = parser.parse_args()
    if not options.wheel and not options.build:
        parser.error("a wheel, or --build")
    if os.geteuid() != 0 or not shutil.which("debootstrap") or not shutil.which("unshare"):
        print("skipped: it takes root and debootstrap")
        return 77
    with tempfile.TemporaryDirectory() as holder:
        wheel = options.wheel
        if options.build:
            subprocess.run([SOURCE / "scripts/wheel.sh", holder], check=True)
            wheel = next(Path(holder).glob("rall-*.whl"))
        print(f"{wheel.name}: {wheel.stat().st_size / 1e6:.1f} MB", flush=True)
        root = options.system or Path(holder) / "root"
        prepare(root, wheel)
        said, complaint = run(root, "without")
        assert float(re.search(r"pip install: (\S+) s", said)[1]) < INSTALL_SECONDS, said
        assert min(float(seconds) for seconds in re.findall(r"import: (\S+) s", said)) < IMPORT_SECONDS, said
        assert "apt install g++" in complaint, complaint
        run(root, "with")
    return 0


if __name__ == "__main__":
    sys.exit(main())
