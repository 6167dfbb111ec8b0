#!/usr/bin/python3
"""The verbs of `rall`, their exit codes and the files they write: command_line.py RALL [TEST...]"""
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

root = Path(__file__).resolve().parents[2]
rall = None

config = {
    "cells": {
        "cell": {
            "count": 12,
            "stylized": [{"name": "soma", "L": 20, "diam": 20}, {"name": "dend[0]", "L": 300, "diam": 2}],
            "biophysics": {"regions": {"all": {"mechanisms": {"pas": {}}}, "soma": {"mechanisms": {"hh": {}}}}, "nseg": {"dend": 5}},
        }
    },
    "synapses": {"syn": {"mechanism": "ExpSyn", "parameters": {"tau": 2}, "location": "dend[0](0.5)"}},
    "connections": [{"source": "cell", "target": "syn", "rule": "one_to_one", "shift": 1, "weight": 0.02, "delay": 2.5}],
    "run": {"tstop": 60, "dt": 0.025},
    "conditions": {"celsius": 6.3, "v_init": -65},
    "inputs": {"step": {"module": "linear", "input_type": "current_clamp", "amp_start": 0.5, "delay": 5, "duration": 3, "node_set": "cell[0]"}},
    "reports": {
        "v": {"location": ["soma(0.5)", "dend[0](0.9)"], "variable_name": "v", "dt": 0.1},
        "m": {"cells": "cell[3]", "sections": "soma", "variable_name": "hh.m"},
    },
    "output": {"output_dir": "out", "log_file": "log.txt"},
}


def call(*arguments, **options):
    return subprocess.run([rall, *map(str, arguments)], capture_output=True, text=True, timeout=120, **options)


class Rall(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)
        self.config = self.write(config)
        self.out = self.folder / "out"

    def write(self, content, name="config.json"):
        path = self.folder / name
        path.write_text(json.dumps(content))
        return path

    def ok(self, *arguments):
        done = call(*arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def fails(self, code, said, *arguments):
        done = call(*arguments)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertIn(said, done.stderr)


class CommandLine(Rall):
    def test_version_names_back_end_and_dependencies(self):
        said = self.ok("--version")
        for name in ("rall 0.", "back end: ", "Kokkos ", "HDF5 ", "CLI11 ", "compiler "):
            self.assertIn(name, said)

    def test_help_lists_the_verbs(self):
        said = self.ok("--help")
        for verb in ("run", "inspect", "compile", "report", "list"):
            self.assertIn(verb, said)

    def test_wrong_command_lines_exit_with_2(self):
        self.fails(2, "did you mean 'run'?", "rum", self.config)
        self.fails(2, "--thread", "run", self.config, "--thread", "2")
        self.fails(2, "config", "run")
        self.fails(2, "no verb", *[])
        self.fails(2, "did you mean 'hh'?", "list", "hhh")
        self.assertFalse(self.out.exists())

    def test_a_machine_that_cannot_write_exits_with_3(self):
        (self.folder / "file").write_text("")
        self.fails(3, "it is a file", "run", self.config, "--output-dir", self.folder / "file")

    def test_many_findings_of_one_kind_are_one_and_a_number(self):
        coarse = json.loads(json.dumps(config))
        coarse["reports"] = {f"v{i}": {"location": "soma(0.5)", "variable_name": "v", "dt": 0.03} for i in range(9)}
        said = call("run", self.write(coarse), "--dry-run").stderr
        self.assertEqual(said.count("[report-dt]"), 1)
        self.assertIn("and 8 more warnings of this kind", said)
        self.assertIn("--verbose", said)
        self.assertEqual(call("run", self.config, "--dry-run", "--verbose").stderr.count("[report-dt]"), 9)
        for report in coarse["reports"].values():
            report["variable_name"] = "nothing"
        done = call("run", self.write(coarse), "--dry-run")
        self.assertEqual((done.returncode, done.stderr.count("[variable-unknown]")), (1, 9))

    def test_list_shows_the_built_in_mechanisms(self):
        self.assertIn("hh", self.ok("list"))
        (hh,) = json.loads(self.ok("list", "hh", "--json"))
        self.assertIn("gnabar", [variable["name"] for variable in hh["variables"]])

    def test_inspect_says_what_a_mechanism_is_and_costs(self):
        mod = root / "mechanisms/builtin/hh.mod"
        text = self.ok("inspect", mod)
        for part in ("ion          na; reads ena; writes ina", "gates: cnexp of m, h and n", "PROCEDURE rates(v (mV))",
                     "units fit together"):
            self.assertIn(part, text)
        self.assertRegex(text, r"gnabar +0.12 S/cm2 +0 to 1e\+09")
        self.assertRegex(text, r"state +\d+ +\d+ ")
        hh = json.loads(self.ok("inspect", "--json", mod))["mechanism"]
        self.assertEqual([state["name"] for state in hh["states"]], ["m", "h", "n"])
        self.assertEqual(hh["methods"], [{"block": "gates", "method": "cnexp", "states": ["m", "h", "n"]}])
        self.assertEqual(hh["cost"]["current"]["exponentials"], 0)
        self.assertEqual(hh["cost"]["relax"]["divisions"], 3)  # one for each gate
        self.assertEqual(hh["fixed_step_only"], "")
        self.assertGreaterEqual(hh["cost"]["state"]["exponentials"], 3)
        synapse = json.loads(self.ok("inspect", "--json", root / "mechanisms/builtin/Exp2Syn.mod"))["mechanism"]
        self.assertEqual(synapse["events"], {"receives": True, "arguments": [{"name": "weight", "units": "uS"}], "sends": False})
        self.assertEqual((synapse["additive"], synapse["not_additive"]), (True, ""))
        self.assertEqual((hh["additive"], hh["not_additive"]), (False, "it is no point process in a compartment"))
        self.assertIn("merged       those with the same parameters in one compartment are one", self.ok("inspect", root / "mechanisms/builtin/ExpSyn.mod"))
        self.assertIn("merged       never: i is not proportional to the states", self.ok("inspect", root / "mechanisms/builtin/GABAB.mod"))

    def test_synapses_that_are_alike_are_merged_unless_the_run_says_no(self):
        crowded = json.loads(json.dumps(config))
        crowded["synapses"]["syn"]["location"] = ["dend[0](0.5)"] * 3
        done = call("run", self.write(crowded), "--dry-run")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("note: 36 instances of ExpSyn are computed as 12: ", done.stderr)
        self.assertIn('"merge_synapses": false', done.stderr)
        crowded["run"]["merge_synapses"] = False
        self.assertNotIn("synapses-merged", call("run", self.write(crowded), "--dry-run").stderr)
        crowded["run"]["merge_synapses"] = "no"
        self.fails(1, "run.merge_synapses", "run", self.write(crowded), "--dry-run")

    def test_inspect_lists_the_sections_of_a_config(self):
        self.assertRegex(self.ok("inspect", self.config), r"dend\[0\] +soma\(1\) +300.0 +2.000 +2.000 +310.0 +5\n")
        (cell,) = json.loads(self.ok("inspect", "--json", self.config))["cell_types"]
        self.assertEqual(cell["name"], "cell")
        self.assertEqual(cell["sections"][1], {"name": "dend[0]", "region": "dend", "parent": "soma", "parent_x": 1, "L": 300, "diam_0": 2, "diam_1": 2,
                                               "distance_0": 10, "distance_1": 310, "compartments": 5})

    def test_inspect_checks_markov_schemes(self):
        text = self.ok("inspect", root / "mechanisms/builtin/NaV.mod")
        for part in ("scheme gating", "C1 <-> C2", "conserves    what leaves a state arrives in another",
                     "I1 - C1 - C2 - I2 - I1: reversible",
                     # Of the published rates: Oon/Ooff is 160, (Con alfac^4)/(Coff/btfac^4) 7.95.
                     "I5 - C5 - O - I6 - I5: NOT reversible, imbalance 0.95"):
            self.assertIn(part, text)
        (scheme,) = json.loads(self.ok("inspect", "--json", root / "mechanisms/builtin/NaV.mod"))["mechanism"]["schemes"]
        self.assertEqual((len(scheme["states"]), len(scheme["transitions"]), len(scheme["cycles"])), (12, 32, 5))
        self.assertTrue(scheme["conserves"] and scheme["markov"] and not scheme["reversible"])
        self.assertEqual([cycle["balanced"] for cycle in scheme["cycles"]], [True, True, True, True, False])
        self.assertLess(max(cycle["imbalance"] for cycle in scheme["cycles"][:4]), 1e-12)
        mod = self.folder / "driven.mod"
        mod.write_text("NEURON { SUFFIX driven }\nSTATE { a b c }\nBREAKPOINT { SOLVE kin METHOD sparse }\nKINETIC kin {\n"
                       "~ a <-> b (2, 1)\n~ b <-> c (1, 1)\n~ c <-> a (1, 1)\n}\n")
        done = call("inspect", mod)
        self.assertEqual(done.returncode, 0)
        self.assertIn("NOT reversible, imbalance 0.5", done.stdout)
        self.assertIn("driven.mod:4:1: warning: the cycle b - a - c - b of kin is not microscopically reversible", done.stderr)
        leaky = call("inspect", root / "tests/gating/mod/leaky.mod")
        self.assertIn("warning: gate: it does not conserve its states: not all that leaves o arrives in another state", leaky.stderr)

    def test_inspect_lists_units_that_do_not_fit(self):
        mod = self.folder / "odd.mod"
        mod.write_text("NEURON { SUFFIX odd }\nASSIGNED { v (mV) }\nSTATE { x (volt) }\nINITIAL { x = v }\n")
        warning = "odd.mod:4:11: warning: x is in (volt), its value in (mV), which is 0.001 times as much"
        done = call("inspect", mod)
        self.assertEqual(done.returncode, 0)
        self.assertIn("units do not fit in 1 place(s)", done.stdout)
        self.assertIn(warning, done.stderr)
        (found,) = json.loads(self.ok("inspect", "--json", mod))["diagnostics"]
        self.assertEqual(found["code"], "nmodl-units")
        self.fails(1, warning.replace("warning", "error"), "inspect", "--strict", mod)

    def test_compile_checks_and_shows_passes(self):
        mod = root / "mechanisms/builtin/hh.mod"
        self.assertIn("hh", self.ok("compile", "--check", mod))
        self.assertIn("struct hh", self.ok("compile", "--show", "cpp", mod))
        bad = self.folder / "bad.mod"
        bad.write_text("NEURON { SUFFIX bad RANGE g }\nBREAKPOINT { SOLVE }\n")
        self.fails(1, "bad.mod:2:", "compile", "--check", bad)
        bad.write_text("NEURON { SUFFIX bad }\nASSIGNED { v (mV) }\nSTATE { x }\nINITIAL { x = v }\n")
        self.assertIn("well formed", self.ok("compile", "--check", bad))
        self.fails(1, "bad.mod:4:11: error: x is in (1), its value in (mV)", "compile", "--check", "--strict", bad)
        self.ok("compile", "--check", "--strict", *sorted((root / "mechanisms/builtin").glob("*.mod")))
        self.fails(2, "--show", "compile", "--show", "nonsense", mod)


class Channel(Rall):
    def channel(self, *arguments):
        return json.loads(self.ok("channel", *arguments, "--json", "--quiet", "--output-dir", self.out))

    def test_curves_files_and_page(self):
        found = self.channel("hh", "--protocol", "activation", "--protocol", "inactivation", "--set", "gnabar=0.06",
                             "--set", "slow: gnabar=0.06, gl=0")
        self.assertEqual([variant["label"] for variant in found["variants"]], ["hh", "hh gnabar=0.06", "slow"])
        self.assertEqual(sorted(path.name for path in self.out.iterdir()),
                         ["activation.csv", "channel.html", "channel.json", "curves.csv", "differences.csv", "fits.csv", "inactivation.csv"])
        changes = [d["change"] for d in found["differences"] if d["quantity"] == "G"]
        self.assertEqual([round(change, 6) for change in changes], [0.5, 0.5])
        self.assertEqual(json.loads((self.out / "channel.json").read_text()), found)
        self.assertIn("V1/2", self.ok("channel", "hh", "--protocol", "activation", "--output-dir", self.out))

    def test_two_files_of_one_name_are_laid_side_by_side(self):
        text = (root / "mechanisms/builtin/hh.mod").read_text()
        wild, mutant = self.folder / "wild.mod", self.folder / "mutant.mod"
        wild.write_text(text)
        mutant.write_text(text.replace("rates(v)\n", "rates(v + 8)\n"))
        found = self.channel(wild, mutant, "--protocol", "gates")
        shifts = [d["change"] for d in found["differences"] if d["quantity"] == "V1/2"]
        self.assertEqual(len(shifts), 3)
        for shift in shifts:  # the curves are no Boltzmann curves: where points lie on them matters a little
            self.assertLess(abs(shift + 8), 0.3)

    def test_schemes_are_exact_and_do_not_depend_on_the_step(self):
        def currents(*options):
            self.channel("NaV", "--protocol", "activation", *options)
            rows = [line.split(",") for line in (self.out / "activation.csv").read_text().splitlines()[1:]]
            return {round(float(row[0]), 6): [float(x) for x in row[1:]] for row in rows}

        def difference(*options):
            fine, coarse = (currents("--dt", dt, *options) for dt in ("0.025", "0.1"))
            peak = max(abs(x) for row in fine.values() for x in row)
            common = [t for t in coarse if t in fine]
            self.assertGreater(len(common), 100)
            return max(abs(a - b) for t in common for a, b in zip(fine[t], coarse[t], strict=True)) / peak

        self.assertLess(difference(), 1e-6)
        self.assertGreater(difference("--implicit"), 1e-3)

    def test_recorded_waveforms_come_from_csv_and_reports(self):
        self.ok("run", self.config, "--no-html")
        import h5py

        with h5py.File(self.out / "v.h5") as file:
            v = file["report/cells/data"][:, 0]
        csv = self.folder / "spike.csv"
        csv.write_text("t, v\n" + "\n".join(f"{k * 0.1:.10g}, {x:.9g}" for k, x in enumerate(v)))
        given = []
        for file in (csv, self.out / "v.h5"):
            out = self.folder / f"out_{file.suffix[1:]}"
            self.ok("channel", "hh", "--protocol", "action_potential", "--waveform", file, "--output-dir", out)
            given.append((out / "action_potential.csv").read_text().splitlines()[1:])
        self.assertEqual(len(given[0]), round(59.9 / 0.025) + 1)
        for one, other in zip(*given, strict=True):
            self.assertAlmostEqual(float(one.split(",")[1]), float(other.split(",")[1]), 6)

    def test_what_does_not_exist_is_named_and_nothing_is_written(self):
        for said, *arguments in (
            ("hh has no parameter 'gnabra'", "hh", "--set", "gnabra=1"),
            ("hh cannot be advanced exactly: it has no KINETIC block", "hh", "--exact"),
            ("did you mean 'gnabar'?", "hh", "--set", "gnabra=1"),
            ("minf of hh is computed by the mechanism", "hh", "--set", "minf=1"),
            ("no mechanism is called 'hhh'", "hhh"),
            ("hh has no current 'ica'", "hh", "--current", "ica"),
            ("no protocol has a constant 'duratoin'", "hh", "--with", "duratoin=3"),
            ("no variant uses 'eca'", "hh", "--ion", "eca=3"),
            ("is not NAME=VALUE", "hh", "--set", "gnabar"),
            ("no built-in protocol is called 'activatoin'", "hh", "--protocol", "activatoin"),
            ("no density mechanism", "ExpSyn"),
            ("has no current", "cad"),
            ("nothing.mod", self.folder / "nothing.mod"),
        ):
            self.fails(1, said, "channel", *arguments, "--output-dir", self.out)
            self.assertFalse(self.out.exists())
        self.fails(2, "--rs", "channel", "hh", "--rs", "-1")
        self.fails(2, "--exact", "channel", "NaV", "--exact", "--implicit")


class Run(Rall):
    def test_results_and_summary(self):
        summary_file = self.folder / "summary.json"
        said = self.ok("run", self.config, "--summary", summary_file, "--threads", 1)
        self.assertIn("12 cell(s)", said)
        self.assertEqual(sorted(path.name for path in self.out.iterdir()),
                         ["log.txt", "m.h5", "report.html", "run.json", "spikes.h5", "v.h5"])
        summary = json.loads(summary_file.read_text())
        self.assertEqual(summary["cells"], 12)
        self.assertEqual(summary["compartments"], 12 * 6)
        self.assertEqual(summary["steps"], 2400)
        self.assertEqual(summary["threads"], 1)
        self.assertGreaterEqual(summary["spikes"], 12)
        self.assertGreater(summary["peak_memory_bytes"], summary["bytes"]["total"])
        for key in ("build", "compile", "time_loop"):
            self.assertGreaterEqual(summary["seconds"][key], 0)
        for key in ("nodes", "mechanisms", "indices", "events", "probes"):
            self.assertGreater(summary["bytes"][key], 0)
        self.assertIn("Kokkos", summary["versions"])
        self.assertIn("backend", summary)

    def test_threads_without_work_are_left_out(self):
        summary_file = self.folder / "summary.json"
        done = call("run", self.config, "--summary", summary_file, "--threads", 64)
        self.assertIn("--threads 64: the model has 12 set(s) of cells that must stay together", done.stderr)
        summary = json.loads(summary_file.read_text())
        self.assertEqual(summary["threads_useful"], 12)
        self.assertLessEqual(summary["threads"], 12)
        self.assertNotIn("--threads", call("run", self.config, "--threads", 2).stderr)

    def test_dry_run_estimates_and_writes_nothing(self):
        said = self.ok("run", self.config, "--dry-run")
        self.assertRegex(said, r"memory +\S+ \w+ in all; nodes .*, mechanisms .*, indices .*, connections and events .*, reports .*, spikes ")
        self.assertRegex(said, r"time +about")
        self.assertEqual([path.name for path in self.folder.iterdir()], ["config.json"])

    def test_same_bytes_whatever_threads_and_groups(self):
        seen = set()
        for threads, group_bytes in ((1, 0), (2, 0), (1, 1), (2, 20000), (1, 10**9)):
            self.ok("run", self.config, "--quiet", "--no-html", "--threads", threads, "--group-bytes", group_bytes)
            seen.add(tuple((self.out / name).read_bytes() for name in ("spikes.h5", "v.h5", "m.h5")))
        self.assertEqual(len(seen), 1)
        self.assertFalse((self.out / "report.html").exists(), "a file of the former run was left")

    def test_tstop_and_output_dir_override_the_config(self):
        other = self.folder / "a" / "b"
        summary_file = self.folder / "summary.json"
        self.ok("run", self.config, "--tstop", 10, "--output-dir", other, "--summary", summary_file, "--no-html")
        self.assertEqual(json.loads(summary_file.read_text())["steps"], 400)
        self.assertTrue((other / "v.h5").exists())
        self.assertFalse(self.out.exists())

    def test_an_interrupted_run_has_results_until_then(self):
        import h5py

        self.ok("run", self.config, "--no-html")
        process = subprocess.Popen([rall, "run", self.config, "--tstop", "1e9"], stderr=subprocess.PIPE, text=True)
        while not list(self.folder.glob(".out.part*")):
            self.assertIsNone(process.poll())
            time.sleep(0.01)
        time.sleep(0.5)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 128 + signal.SIGTERM)
        self.assertIn("ended by SIGTERM at", said)
        record = json.loads((self.out / "run.json").read_text())
        self.assertFalse(record["complete"])
        self.assertEqual(record["ended_by"], "SIGTERM")
        with h5py.File(self.out / "v.h5") as report:
            start, stop, dt = report["report/cells/mapping/time"]
            rows = report["report/cells/data"].shape[0]
        self.assertAlmostEqual(stop, start + rows * dt)
        self.assertGreaterEqual(stop, record["until"])
        self.assertIn("ended by SIGTERM", (self.out / "report.html").read_text())
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["config.json", "out"])

    def test_a_killed_run_is_recovered_with_all_kinds_of_reports(self):
        import h5py

        wanted = json.loads(json.dumps(config))
        wanted["reports"] = {"v": config["reports"]["v"],
                             "field": {"type": "lfp", "electrodes": [[50, 0, 0], [0, 80, 10]], "dt": 0.5}}
        process = subprocess.Popen([rall, "run", self.write(wanted), "--tstop", "1e9", "--flush", "0.1", "--quiet"])
        while not list(self.folder.glob(".out.partial/run.json")):
            self.assertIsNone(process.poll())
            time.sleep(0.01)
        time.sleep(0.3)
        process.kill()
        process.wait()
        self.ok("recover", self.out)
        until = json.loads((self.out / "run.json").read_text())["until"]
        for name, population in (("v", "cells"), ("field", "electrodes")):
            with h5py.File(self.out / f"{name}.h5") as report:
                start, stop, dt = report[f"report/{population}/mapping/time"]
                self.assertAlmostEqual(stop, start + report[f"report/{population}/data"].shape[0] * dt)
                self.assertLessEqual(stop - dt, until * (1 + 1e-9))
                self.assertGreater(stop, until - dt)
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["config.json", "out"])

    def test_report_makes_the_page_anew(self):
        self.ok("run", self.config)
        page = (self.out / "report.html").read_bytes()
        (self.out / "report.html").unlink()
        self.ok("report", self.out)
        self.assertEqual((self.out / "report.html").read_bytes(), page)
        (self.out / "spikes.h5").write_text("damaged")
        self.fails(1, "spikes.h5", "report", self.out)
        self.fails(1, "run.json", "report", self.folder)

    def test_spikes_of_generators_are_not_those_of_cells(self):
        """The page counts apart who fired, and calls charts after the mechanism whose variable they show."""
        driven = json.loads(json.dumps(config))
        driven["generators"] = {"ns": {"mechanism": "NetStim", "parameters": {"start": 5, "interval": 10, "number": 3}, "record": True}}
        driven["connections"].append({"source": "ns", "target": "syn", "weight": 0.001, "delay": 2.5})
        self.ok("run", self.write(driven))
        page = re.search(r'id="data">(.*?)</script>', (self.out / "report.html").read_text(), re.S)[1]
        data = json.loads(page)
        totals = {raster["file_population"]: raster["total"] for raster in data["rasters"]}
        self.assertEqual([data["spikes"], data["generator_spikes"]], [totals["cells"], 3])
        self.assertGreater(data["spikes"], 3)
        self.assertEqual([raster["of_cells"] for raster in data["rasters"]], [raster["file_population"] == "cells" for raster in data["rasters"]])
        for trace in data["traces"]:
            self.assertEqual(trace["mechanism"], {"v": "", "m": "hh"}[trace["variable"]])

    def test_report_refuses_the_record_of_another_version(self):
        self.ok("run", self.config)
        record = json.loads((self.out / "run.json").read_text())
        for form, words in ((None, "an older version of Rall wrote this record of a run"), (record["form"] + 1, "a newer version"), (0, "an older version")):
            record["form"] = form
            if form is None:
                del record["form"]
            (self.out / "run.json").write_text(json.dumps(record))
            self.fails(1, words, "report", self.out)
            self.fails(1, "run the config again", "report", self.out)

    def test_voltages_that_explode_are_an_error_and_leave_no_output(self):
        wild = json.loads(json.dumps(config))
        wild["inputs"]["step"]["amp_start"] = 1.7e308
        self.fails(1, "cell", "run", self.write(wild))
        self.assertFalse(self.out.exists())


class Sonata(Rall):
    def setUp(self):
        super().setUp()
        self.ok("run", self.config, "--no-html")

    def test_h5py_reads_spikes_and_reports(self):
        import h5py

        with h5py.File(self.out / "spikes.h5") as file:
            self.assertEqual(file.attrs["magic"], 0x0A7A)
            spikes = file["spikes/cells"]
            self.assertEqual(h5py.check_enum_dtype(spikes.attrs.get_id("sorting").dtype), {"none": 0, "by_id": 1, "by_time": 2})
            self.assertEqual(spikes.attrs["sorting"], 2)
            times = spikes["timestamps"][:]
            self.assertEqual(spikes["timestamps"].attrs["units"], "ms")
            self.assertTrue((times[1:] >= times[:-1]).all())
            self.assertEqual(set(spikes["node_ids"][:]), set(range(12)))
        with h5py.File(self.out / "v.h5") as file:
            report = file["report/cells"]
            self.assertEqual(report["data"].shape, (600, 24))
            self.assertEqual(report["data"].attrs["units"], "mV")
            self.assertTrue((report["data"][0] == -65).all())
            self.assertGreater(report["data"][:, 0].max(), 0)
            self.assertEqual(list(report["mapping/time"]), [0, 60, 0.1])
            self.assertEqual(list(report["mapping/node_ids"]), list(range(12)))
            self.assertEqual(list(report["mapping/index_pointers"]), list(range(0, 25, 2)))
            self.assertEqual(list(report["mapping/element_ids"])[:4], [0, 1, 0, 1])
            self.assertAlmostEqual(report["mapping/element_pos"][1], 0.9)

    def test_libsonata_reads_spikes_and_reports(self):
        try:
            import libsonata
        except ImportError:
            self.skipTest("libsonata is not installed")
        spikes = libsonata.SpikeReader(str(self.out / "spikes.h5"))["cells"]
        self.assertEqual(spikes.sorting, "by_time")
        self.assertGreaterEqual(len(spikes.get()), 12)
        report = libsonata.ElementReportReader(str(self.out / "v.h5"))["cells"]
        self.assertEqual(report.data_units, "mV")
        self.assertEqual(list(report.get_node_ids()), list(range(12)))
        frame = report.get(node_ids=[3], tstart=1, tstop=2)
        self.assertEqual(frame.data.shape[1], 2)

    def test_inspect_says_what_is_in_files(self):
        self.assertIn("12 nodes", self.ok("inspect", self.out / "spikes.h5"))
        (report,) = json.loads(self.ok("inspect", "--json", self.out / "v.h5"))["populations"]
        self.assertEqual((report["samples"], report["elements"], report["units"]), (600, 24, "mV"))
        self.assertEqual(json.loads(self.ok("inspect", "--json", self.config))["compartments"], 72)
        cell = root / "tests/data/morphologies/pyr_rat_CA1_c91662.swc"
        page = self.folder / "cell.html"
        self.assertIn("regions", json.loads(self.ok("inspect", "--json", cell, "--html", page)))
        self.assertIn("<html", page.read_text()[:200])
        self.assertIn("gnabar", self.ok("inspect", root / "mechanisms/builtin/hh.mod"))
        self.fails(1, "nothing.swc", "inspect", self.folder / "nothing.swc")
        self.fails(2, "--html", "inspect", self.config, "--html", page)


if __name__ == "__main__":
    rall = os.path.abspath(sys.argv.pop(1))
    unittest.main()
