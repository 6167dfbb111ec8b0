#!/usr/bin/python3
"""The package as pip places it, from this build: it is all in one directory, and needs nothing of where it was built.

    staged.py COMPILER     with the directory above the package in PYTHONPATH
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import rall

PACKAGE = Path(rall.__file__).resolve().parent
COMPILER = sys.argv.pop(1)
MOD = """NEURON { SUFFIX leaky NONSPECIFIC_CURRENT i RANGE g, e }
UNITS { (mV) = (millivolt) (mA) = (milliamp) (leak) = (%s) }
PARAMETER { g = 1e-4 (leak) e = -65 (mV) }
ASSIGNED { v (mV) i (mA/cm2) }
BREAKPOINT { i = g*(v - e) }
"""


class Staged(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)
        self.mod = self.folder / "leaky.mod"
        self.mod.write_text(MOD % "siemens/cm2")

    def rall(self, *words, program=PACKAGE / "bin/rall", **environment):
        return subprocess.run([program, *words], cwd=self.folder, capture_output=True, text=True, check=False,
                              env={**os.environ, "RALL_CACHE_DIR": str(self.folder / "cache"), **environment})

    def test_is_no_build_tree(self):
        self.assertFalse([path for path in PACKAGE.rglob("*") if path.is_symlink() and not path.resolve().is_relative_to(PACKAGE)])
        self.assertFalse((PACKAGE / "lib/librall_base.a").exists())

    def test_runs_an_example_from_python_and_by_the_command(self):
        sim = rall.Simulation(rall.example("pyramidal"))
        sim.run(150)
        self.assertGreater(len(sim.spikes), 0)
        done = self.rall("run", rall.example("pyramidal"), "--tstop", "150", "--output-dir", str(self.folder / "out"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue((self.folder / "out/report.html").exists())

    def test_units_are_those_of_the_database_that_came_along(self):
        self.mod.write_text(MOD % "siemens/rallon")  # known to no other
        prefix = self.folder / "prefix"
        (prefix / "bin").mkdir(parents=True)
        shutil.copy(PACKAGE / "bin/rall", prefix / "bin")
        (prefix / "lib").symlink_to(PACKAGE / "lib")
        shutil.copytree(PACKAGE / "share", prefix / "share")
        common = prefix / "share/rall/udunits/udunits2-common.xml"
        common.write_text(common.read_text().replace("</unit-system>", "<unit><def>cm2</def><name><singular>rallon</singular></name></unit></unit-system>"))
        known, unknown = (self.rall("inspect", str(self.mod), program=where / "bin/rall") for where in (prefix, PACKAGE))
        self.assertNotIn("(leak) is not known", known.stderr)
        self.assertIn("(leak) is not known", unknown.stderr)

    def test_mechanisms_are_compiled_with_headers_that_came_along(self):
        compiler = self.folder / "compiler"  # writes which headers it would read, and compiles nothing
        compiler.write_text(f'#!/bin/sh\nexec {COMPILER} -M -MF {self.folder}/headers "$@"\n')
        compiler.chmod(0o755)
        said = self.rall("compile", str(self.mod), RALL_CXX=str(compiler)).stderr
        headers = [word for word in (self.folder / "headers").read_text().split() if word.startswith("/")]
        self.assertTrue([name for name in headers if name.endswith("Kokkos_Core.hpp")], said)
        for name in headers:
            place = Path(name).resolve()
            own = place.is_relative_to(PACKAGE) or place.is_relative_to("/usr/lib")
            of_the_system = re.match(r"/usr/include/([\w.-]+|(c\+\+|linux|asm-generic|\w+-linux-gnu)/.*)$", str(place))  # what a compiler comes with
            self.assertTrue(own or of_the_system, place)

    def test_a_missing_compiler_is_told_of(self):
        done = self.rall("compile", str(self.mod), RALL_CXX="no-such-compiler")
        self.assertEqual(done.returncode, 3)
        self.assertIn("apt install g++", done.stderr)


if __name__ == "__main__":
    unittest.main()
