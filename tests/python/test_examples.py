"""What READMEs say of Python is so."""

import os
import re
import subprocess
import sys
import tempfile
import unittest

import rall
from models import SOURCE


class Examples(unittest.TestCase):
    def test_closed_loop_prints_what_its_readme_says(self):
        folder = SOURCE / "examples" / "closed_loop"
        done = subprocess.run([sys.executable, folder / "closed_loop.py"], capture_output=True, text=True, check=True)
        self.assertIn(done.stdout.strip(), (folder / "README.md").read_text())

    def test_the_six_lines_of_the_readme(self):
        lines = re.search(r"```python\n(import rall\n.*?)```", (SOURCE / "README.md").read_text(), re.S).group(1)
        self.assertLessEqual(len(lines.splitlines()), 6)
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run([sys.executable, "-c", lines], cwd=folder, env={**os.environ, "MPLBACKEND": "Agg"}, capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertGreater(len(done.stdout.split()), 3)
            self.assertGreater(os.path.getsize(os.path.join(folder, "v.png")), 5000)

    def test_the_quick_start_says_the_same_in_python_and_in_json(self):
        lines = re.search(r"```python\n(import rall\n\nmodel = .*?)```", (SOURCE / "docs" / "quickstart.md").read_text(), re.S).group(1)
        written = {}
        exec(lines.replace("sim.reports.v.plot()", ""), written)
        config = rall.Model(SOURCE / "examples" / "ball_and_stick" / "ball_and_stick.json").to_config()
        del config["reports"]
        sim = rall.Simulation(rall.Model(config))
        sim.run(100)
        self.assertEqual(len(sim.spikes), 3)
        self.assertEqual(sim.spikes.times.tolist(), written["sim"].spikes.times.tolist())


if __name__ == "__main__":
    unittest.main()
