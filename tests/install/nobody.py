#!/usr/bin/python3
"""The installed program as a user without a home has it: nothing of what it is, looks for or calls lies in the home of whoever built it, and user nobody,
with an empty HOME and a bare environment, looks at a shape, runs it, and compiles a mechanism.

    nobody.py PREFIX SOURCE KOKKOS      KOKKOS: where the build found Kokkos

Skipped (77) where only root may become nobody and this is somebody else, or where KOKKOS itself lies in a home (scripts/install-deps.sh --prefix).
"""
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from runpath import search_path

MOD = """NEURON { SUFFIX leaky NONSPECIFIC_CURRENT i RANGE g, e }
PARAMETER { g = 1e-4 (S/cm2) e = -65 (mV) }
ASSIGNED { v (mV) i (mA/cm2) }
BREAKPOINT { i = g*(v - e) }
"""


def homes():
    """Directories that are somebody's own."""
    known = {Path(user.pw_dir) for user in pwd.getpwall() if user.pw_uid == 0 or user.pw_uid >= 1000}
    return sorted(home for home in {*known, Path("/home")} if home.is_dir() and home != Path("/"))


def in_a_home(path):
    return any(Path(path).is_relative_to(home) for home in homes())


def main(prefix, source, kokkos):
    if os.geteuid() != 0 or not shutil.which("setpriv") or in_a_home(kokkos):
        print("skipped: it takes root to become nobody, and Kokkos outside of homes")
        return 77
    with tempfile.TemporaryDirectory(dir="/opt") as holder:
        root, home = Path(holder), Path(holder) / "home"
        root.chmod(0o755)
        shutil.copytree(prefix, root / "rall", symlinks=True)
        subprocess.run(["chmod", "-R", "a+rX", root / "rall"], check=True)
        home.mkdir()
        os.chown(home, pwd.getpwnam("nobody").pw_uid, -1)
        rall = root / "rall/bin/rall"

        def run(*words):
            bare = ["env", "-i", "PATH=/usr/bin:/bin", f"HOME={home}", "setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
            done = subprocess.run([*bare, *map(str, words)], cwd=home, capture_output=True, text=True, timeout=250)
            assert done.returncode == 0, (words, done.returncode, done.stdout, done.stderr)
            return done.stdout + done.stderr

        for file in [*(root / "rall/bin").iterdir(), *(root / "rall/lib").glob("*.so*")]:
            for entry in search_path(file) if file.is_file() else ():
                assert not in_a_home(entry), f"{file} looks for libraries in {entry}"
        assert run(rall, "--version").startswith("rall ")
        shape, mod = home / "cell.swc", home / "leaky.mod"
        shutil.copy(next(Path(source, "tests/data/morphologies").glob("*.swc")), shape)
        mod.write_text(MOD)
        for path in (shape, mod):
            path.chmod(0o644)
        run(rall, "inspect", shape)
        shutil.copytree(Path(source, "examples/pyramidal"), home / "pyramidal", ignore=shutil.ignore_patterns("output"))
        subprocess.run(["chmod", "-R", "a+rX", home / "pyramidal"], check=True)
        run(rall, "run", "pyramidal/pyramidal.json", "--tstop", "20", "--output-dir", "demo")
        run(rall, "new", shape)
        run(rall, "run", "cell.json", "--output-dir", "out")
        assert (home / "out/report.html").exists() and (home / "out/spikes.h5").exists()
        compiler = root / "compiler"  # tells what it is called with
        compiler.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >> {home}/calls\nexec c++ "$@"\n')
        compiler.chmod(0o755)
        run("env", f"RALL_CXX={compiler}", rall, "compile", mod)
        calls = (home / "calls").read_text()
        assert f"-I{root}/rall/include/rall" in calls, calls
        for place in (Path(source), *homes()):
            if f"{place}/" in calls:
                raise AssertionError(f"the compiler is told of {place}: {calls}")
        run(rall, "compile", mod)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
