"""Mechanisms of the user's own .mod files."""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest

import rall

from models import ball_and_stick

LEAK = """NEURON { SUFFIX ownleak NONSPECIFIC_CURRENT i RANGE g, e }
UNITS { (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) }
PARAMETER { g = 0.0001 (S/cm2) e = -70 (mV) }
ASSIGNED { v (mV) i (mA/cm2) }
BREAKPOINT { i = g*(v - e) }
"""


class Mechanisms(unittest.TestCase):
    def model(self, folder):
        with open(os.path.join(folder, "ownleak.mod"), "w") as out:
            out.write(LEAK)
        model, *_ = ball_and_stick()
        regions = model.config["cells"]["cell"]["biophysics"]["regions"]
        regions["dend"]["mechanisms"] = {"ownleak": {"g": 0.0002, "e": -75}}
        return model

    @unittest.skipUnless(shutil.which("c++"), "no compiler")
    def test_are_compiled_and_loaded(self):
        # In a process of its own, where nothing has been loaded for all.
        with tempfile.TemporaryDirectory() as folder:
            self.model(folder).save(os.path.join(folder, "model.json"))
            script = "import rall; sim = rall.Simulation('model.json', mechanisms=['.']); sim.run(10); print(sim['cell', 'dend'].ownleak.g[0])"
            done = subprocess.run([sys.executable, "-c", script], cwd=folder, env={**os.environ, "RALL_CACHE_DIR": os.path.join(folder, "cache")},
                                  capture_output=True, text=True)
            self.assertEqual(done.stdout.strip(), "0.0002", done.stderr)

    def test_a_missing_compiler_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            self.model(folder).save(os.path.join(folder, "model.json"))
            script = "import rall\ntry: rall.Simulation('model.json', mechanisms=['.'])\nexcept rall.MachineError as error: print(error)"
            done = subprocess.run([sys.executable, "-c", script], cwd=folder, capture_output=True, text=True,
                                  env={**os.environ, "RALL_CACHE_DIR": os.path.join(folder, "cache"), "RALL_CXX": "no-such-compiler"})
            self.assertIn("no-such-compiler", done.stdout, done.stderr)


if __name__ == "__main__":
    unittest.main()
