#!/usr/bin/python3
"""What a run tells: traces without reports, JSON for programs, CSV beside HDF5, whose the spikes are: outcome.py RALL"""
import csv
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import h5py
import numpy

rall = None


def config(**more):
    soma = [{"name": "soma", "L": 20, "diam": 20}]
    biophysics = {"regions": {"all": {"mechanisms": {"hh": {}}}}}
    base = {"cells": {"cell": {"stylized": soma, "biophysics": biophysics, "count": 2}}, "run": {"tstop": 30, "dt": 0.025},
            "conditions": {"celsius": 6.3, "v_init": -65},
            "inputs": {"step": {"module": "linear", "input_type": "current_clamp", "amp_start": 0.3, "delay": 2, "duration": 20, "node_set": "cell[0]"}},
            "output": {"output_dir": "out"}}
    return base | more


class Outcome(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.place = Path(self.folder.name)

    def run_rall(self, content, *arguments):
        (self.place / "c.json").write_text(content if isinstance(content, str) else json.dumps(content))
        return subprocess.run([rall, "run", self.place / "c.json", *arguments], capture_output=True, text=True, timeout=100)

    def test_with_variable_steps_the_somata_are_recorded_no_more_than_2000_times(self):
        content = config()
        content["run"].update(tstop=900, integration_method="cvode")
        done = self.run_rall(content)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("is recorded every 0.5 ms, in soma_v.h5", done.stderr)
        with h5py.File(self.place / "out" / "soma_v.h5") as file:
            self.assertEqual(file["report/cells/data"].shape, (1800, 2))

    def test_the_program_of_the_manual_runs(self):
        text = (Path(__file__).resolve().parents[2] / "docs/config.md").read_text()
        programs = [part.split("```")[0] for part in text.split("```python\n")[1:]]
        self.assertEqual(len(programs), 1)
        for content, code in ((config(), 0), (config(run={"tstop": -1}), 1)):
            (self.place / "cell.json").write_text(json.dumps(content))
            (self.place / "program.py").write_text(programs[0] + "print(v.shape, start, stop, dt, places)\n")
            done = subprocess.run([sys.executable, "program.py"], cwd=self.place, capture_output=True, text=True, timeout=100,
                                  env={**os.environ, "PATH": f"{Path(rall).resolve().parent}:{os.environ['PATH']}"})
            self.assertEqual(done.returncode, code, done.stderr)
            self.assertIn("(300, 2) 0.0 30.0 0.1 ['cell[0] soma(0.5)' 'cell[1] soma(0.5)']" if code == 0 else "tstop", done.stderr if code else done.stdout)

    def test_without_reports_the_somata_are_recorded(self):
        done = self.run_rall(config())
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("v in the soma of all 2 cells is recorded every 0.1 ms, in soma_v.h5", done.stderr)
        with h5py.File(self.place / "out" / "soma_v.h5") as file:
            data = file["report/cells/data"]
            self.assertEqual(data.shape, (300, 2))
            self.assertGreater(data[:, 0].max(), 20)
            self.assertLess(data[:, 1].max(), -50)
        # It is the report that one would write.
        self.run_rall(config(reports={"v": {"location": "soma(0.5)", "variable_name": "v", "dt": 0.1}}), "--output-dir", self.place / "asked")
        with h5py.File(self.place / "out" / "soma_v.h5") as one, h5py.File(self.place / "asked" / "v.h5") as other:
            self.assertTrue((one["report/cells/data"][:] == other["report/cells/data"][:]).all())
        done = self.run_rall(config(reports={}), "--output-dir", self.place / "none")
        self.assertFalse((self.place / "none" / "soma_v.h5").exists() or "soma" in done.stderr)
        many = config()
        many["cells"]["cell"]["count"] = 30
        done = self.run_rall(many, "--output-dir", self.place / "many")
        self.assertIn("the first 20 of 30 cells", done.stderr)

    def test_json_says_what_was_written_and_found(self):
        done = self.run_rall(config(), "--json", "--csv")
        told = json.loads(done.stdout)
        self.assertEqual(told["exit_code"], 0)
        self.assertTrue(any(one["code"] == "soma-report" for one in told["diagnostics"]))
        names = {Path(name).name for name in told["results"]["files"]}
        self.assertEqual(names, {"run.json", "report.html", "spikes.h5", "soma_v.h5", "spikes.csv", "soma_v.csv"})
        self.assertTrue(all(Path(name).is_file() for name in told["results"]["files"]))
        with h5py.File(self.place / "out" / "spikes.h5") as file:
            times = file["spikes/cells/timestamps"][:]
        self.assertEqual(told["spikes"]["count"], len(times))
        self.assertEqual(told["spikes"]["populations"]["cells"], {"times": list(times), "node_ids": [0] * len(times)})
        self.assertGreater(len(times), 0)
        summary = told["summary"]
        self.assertEqual((summary["celsius"], summary["v_init"], summary["mechanisms"]), (6.3, -65, ["IClamp", "hh"]))
        told = json.loads(self.run_rall(config(), "--json", "--dry-run").stdout)
        self.assertEqual(told["exit_code"], 0)
        self.assertGreater(told["summary"]["predicted"]["memory_bytes"], 0)

    def test_json_of_failures(self):
        done = self.run_rall('{"cells": {},\n "runs": {"tstop": 3}}', "--json")
        told = json.loads(done.stdout)
        self.assertEqual((done.returncode, told["exit_code"]), (1, 1))
        wrong = [one for one in told["diagnostics"] if one["severity"] == "error" and one["line"] == 2]
        self.assertTrue(wrong and wrong[0]["file"].endswith("c.json") and wrong[0]["advice"], told)
        done = self.run_rall(config(), "--json", "--tstop", "-5")
        told = json.loads(done.stdout)
        self.assertEqual((done.returncode, told["exit_code"]), (2, 2))
        self.assertIn("expected a number above 0", told["error"])
        (self.place / "file").write_text("")
        done = self.run_rall(config(), "--json", "--output-dir", self.place / "file" / "out")
        told = json.loads(done.stdout)
        self.assertEqual((done.returncode, told["exit_code"]), (3, 3))
        self.assertTrue(told["error"])

    def test_csv_holds_what_hdf5_holds(self):
        reports = {"v": {"location": ["soma(0.5)"], "variable_name": "v", "dt": 0.5}, "m": {"cells": "cell[1]", "sections": "soma", "variable_name": "hh.m"}}
        for options in ([], ["--double-reports"]):
            done = self.run_rall(config(reports=reports), "--csv", *options)
            self.assertEqual(done.returncode, 0, done.stderr)
            out = self.place / "out"
            with h5py.File(out / "v.h5") as file:
                data = file["report/cells/data"][:]
                names = list(file["report/cells/mapping/column_names"].asstr()[:])
            rows = list(csv.reader((out / "v.csv").read_text().splitlines()))
            self.assertEqual(rows[0], ["time (ms)", *(f"{name} (mV)" for name in names)])
            table = numpy.array(rows[1:], float)
            self.assertTrue((table[:, 0] == numpy.arange(60) * 0.5).all())
            self.assertTrue((table[:, 1:].astype(data.dtype) == data).all())
            with h5py.File(out / "spikes.h5") as file:
                times = file["spikes/cells/timestamps"][:]
            rows = list(csv.DictReader((out / "spikes.csv").read_text().splitlines()))
            self.assertEqual([float(row["time (ms)"]) for row in rows], [float(f"{t:.10g}") for t in times])
            self.assertEqual({(row["population"], row["node"]) for row in rows}, {("cells", "0")})
        self.assertFalse(list(self.place.glob("out/.*")))
        self.run_rall(config(reports=reports))
        self.assertFalse(list(self.place.glob("out/*.csv")), "a former run's tables stayed")

    def test_spikes_of_generators_are_not_those_of_cells(self):
        more = {"synapses": {"syn": {"mechanism": "ExpSyn", "cells": "cell[1]", "location": "soma(0.5)"}},
                "generators": {"train": {"mechanism": "NetStim", "parameters": {"interval": 5, "number": 4, "start": 1, "noise": 0}, "record": True}},
                "connections": [{"source": "train", "target": "syn", "weight": 0, "delay": 1}]}
        done = self.run_rall(config(**more))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"[1-9] spikes of cells, 4 of generators\n")

    def test_a_mutant_takes_the_place_of_the_wild_type(self):
        """The mutant of hh has no sodium channels: it does not fire. It is the run of a config that names it."""
        text = (Path(__file__).resolve().parents[2] / "mechanisms" / "builtin" / "hh.mod").read_text()
        for folder, name in (("wild", "hh"), ("mutant", "hh"), ("other", "hh_other")):
            (self.place / folder).mkdir()
            changed = text.replace("SUFFIX hh", f"SUFFIX {name}")
            (self.place / folder / "channel.mod").write_text(changed if folder == "wild" else changed.replace("gnabar = .12", "gnabar = 0"))
        content = config(mechanism_dirs=["wild"])
        told = {}
        for out, arguments in (("wild_out", []), ("mutant_out", ["--replace", self.place / "mutant" / "channel.mod"])):
            told[out] = json.loads(self.run_rall(content, "--json", "--no-html", "--output-dir", self.place / out, *arguments).stdout)
        self.assertGreater(told["wild_out"]["spikes"]["count"], 0)
        self.assertEqual(told["mutant_out"]["spikes"]["count"], 0)
        self.assertTrue(any(one["code"] == "mechanism-replaced" and "wild" in one["message"] for one in told["mutant_out"]["diagnostics"]))
        self.run_rall(config(mechanism_dirs=["mutant"]), "--no-html", "--output-dir", self.place / "named")
        with h5py.File(self.place / "mutant_out" / "soma_v.h5") as one, h5py.File(self.place / "named" / "soma_v.h5") as other:
            self.assertTrue((one["report/cells/data"][:] == other["report/cells/data"][:]).all())
        done = self.run_rall(content, "--replace", self.place / "other" / "channel.mod")
        self.assertEqual(done.returncode, 1)
        self.assertIn("this is the mechanism hh_other, of which there is none to be replaced", done.stderr)

    def test_inspect_of_biophysics_and_of_a_run(self):
        (self.place / "bio.json").write_text(json.dumps({"regions": {"soma": {"cm": 1, "Ra": 100, "mechanisms": {"hh": {"gnabar": 0.2}}}}, "ions": {"na": {"e": 55}}}))
        self.run_rall(config(), "--no-html")
        for file, kind, words in ((self.place / "bio.json", "biophysics", ["hh: gnabar = 0.2", "Ra = 100", "ion na: e = 55"]),
                                  (self.place / "out" / "run.json", "run", ["30.0 of 30.0 ms", "soma_v.h5: v (mV), 2 columns"])):
            done = subprocess.run([rall, "inspect", file], capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stderr)
            for word in words:
                self.assertIn(word, done.stdout)
            done = subprocess.run([rall, "inspect", "--json", file], capture_output=True, text=True)
            self.assertEqual(json.loads(done.stdout)["kind"], kind)


if __name__ == "__main__":
    rall = sys.argv.pop(1)
    unittest.main()
