#!/usr/bin/python3
"""The Debian package on bare Debian 12: an empty system without a compiler, made by debootstrap, in which apt installs it; it runs an example, to the same results by the
kernels of each level of processors that this machine reaches, tells of the missing compiler, compiles a mechanism of the user's own once g++ is there, and leaves nothing when it is removed.

    bare.py DEB | --build [--system DIR]

    --build   makes the package first (scripts/deb.sh)
    --system  uses a system that is there already, and spoils it: it is made if there is none

Skipped (77) where there is no debootstrap or no root to call it. Needs the machine's mirror of Debian.
"""
import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "tests"))
import bare_debian

WITHOUT_COMPILER = r"""
export DEBIAN_FRONTEND=noninteractive
if command -v c++ || command -v g++; then exit 1; fi
apt-get -qq update
apt-get -qq install -y --no-install-recommends /bare/rall.deb >/dev/null
dpkg-query -W -f '${Package} ${Version} ${Architecture}\n${Depends}\nRecommends: ${Recommends}\n' rall
dpkg --verify rall
if find /usr/lib/rall -type f -perm /022 | grep .; then exit 1; fi  # mechanisms that others may write are not trusted
if ldd /usr/lib/rall/bin/rall | grep "not found"; then exit 1; fi
ldd /usr/lib/rall/bin/rall | grep 'libkokkoscore.* => /usr/lib/rall/'
test -s /usr/share/doc/rall/copyright && test -s /usr/share/bash-completion/completions/rall && gzip -t /usr/share/man/man1/rall.1.gz
mkdir /work && cd /work
rall --version
rall run /bare/tree/examples/pyramidal/pyramidal.json --output-dir demo && test -s demo/report.html && test -s demo/spikes.h5
rall list | wc -l
level() {  # LEVEL, where its kernels lie, and what glibc is told that the processor lacks
    /lib64/ld-linux-x86-64.so.2 --help | grep -q "^ *$1 (supported" || { echo "$1: not on this processor"; return; }
    LD_DEBUG=libs GLIBC_TUNABLES=glibc.cpu.hwcaps=$3 rall --version 2>&1 | grep "calling init: .*/lib$2/librall_builtin.so$" >/dev/null || { echo "$1: other kernels"; exit 1; }
    GLIBC_TUNABLES=glibc.cpu.hwcaps=$3 rall run /bare/tree/examples/pyramidal/pyramidal.json --quiet --output-dir $1 --csv
    for csv in x86-64-v2/*.csv; do cmp $csv $1/$(basename $csv); done
    echo "$1: the same results"
}
level x86-64-v2 "" -AVX512F,-AVX2
level x86-64-v3 /glibc-hwcaps/x86-64-v3 -AVX512F
level x86-64-v4 /glibc-hwcaps/x86-64-v4 ""
cp /bare/own.mod /bare/own.json .
if rall run own.json --output-dir own; then exit 1; fi
"""
WITH_COMPILER = r"""
export DEBIAN_FRONTEND=noninteractive
cd /work
apt-get -qq install -y --no-install-recommends g++ >/dev/null
rall run own.json --output-dir own --csv
sed 's/"own"/"pas"/' own.json >built_in.json
rall run built_in.json --output-dir built_in --csv
cmp own/v.csv built_in/v.csv
apt-get -qq remove -y rall >/dev/null
find / -xdev '(' -path /proc -o -path /bare -o -path /work -o -path /root/.cache ')' -prune -o -iname '*rall*' -print | grep -v 'rallel\|overall' >/bare/after || true
echo "left behind: $(grep -c . /bare/after || true)"
cat /bare/after
"""
OWN = """NEURON { SUFFIX own NONSPECIFIC_CURRENT i RANGE g, e }
UNITS { (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) }
PARAMETER { g = 0.0001 (S/cm2) e = -70 (mV) }
ASSIGNED { v (mV) i (mA/cm2) }
BREAKPOINT { i = g*(v - e) }
"""
CONFIG = """{"cells": {"c": {"stylized": [{"name": "soma", "L": 20, "diam": 20}],
                        "biophysics": {"regions": {"all": {"mechanisms": {"own": {"g": 0.0001, "e": -70}}}}}}},
 "mechanism_dirs": ["."], "run": {"tstop": 20}, "reports": {"v": {"cells": "c", "variable_name": "v", "dt": 0.1}}}
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("deb", nargs="?", type=Path)
    parser.add_argument("--build", action="store_true")
    parser.add_argument("--system", type=Path)
    options = parser.parse_args()
    if not options.deb and not options.build:
        parser.error("a package, or --build")
    bare_debian.skip_without_means()
    with tempfile.TemporaryDirectory() as holder:
        deb = options.deb
        if options.build:
            subprocess.run([SOURCE / "scripts/deb.sh", holder], check=True)
            deb = next(Path(holder).glob("rall_*.deb"))
        print(f"{deb.name}: {deb.stat().st_size / 1e6:.1f} MB", flush=True)
        system = bare_debian.System(options.system or Path(holder) / "root")
        shutil.copy(deb, system.place / "rall.deb")
        system.put(SOURCE, ["examples"])
        for name, text in (("own.mod", OWN), ("own.json", CONFIG), ("without.sh", WITHOUT_COMPILER), ("with.sh", WITH_COMPILER)):
            (system.place / name).write_text(text)
        said, complaint = system.run("without")
        assert "Recommends: g++" in said and "libhdf5" in said, said
        assert "apt install g++" in complaint, complaint
        said, _ = system.run("with")
        assert "left behind: 0" in said, said
    return 0


if __name__ == "__main__":
    sys.exit(main())
