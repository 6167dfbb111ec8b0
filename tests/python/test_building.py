"""Models that are built step by step, and what they say as a config."""

import os
import tempfile
import unittest

import numpy
import rall

from models import PYRAMIDAL, ball_and_stick


class Building(unittest.TestCase):
    def test_what_was_built_can_be_written_and_read_back(self):
        model, *_ = ball_and_stick()
        again = rall.Model(model.to_config())
        self.assertEqual(again.to_config(), model.to_config())
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "model.json")
            model.save(file)
            from_file = rall.Model(file)
            sims = [rall.Simulation(one) for one in (model, again, from_file)]
        for sim in sims:
            sim.run(20)
        for sim in sims[1:]:
            numpy.testing.assert_array_equal(sim.reports.v.values, sims[0].reports.v.values)

    def test_a_file_is_read_as_it_is(self):
        self.assertEqual(rall.Model(PYRAMIDAL).to_config()["run"], {"tstop": 500, "dt": 0.025})

    def test_errors_name_the_line_of_the_file(self):
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "bad.json")
            with open(file, "w") as out:
                out.write('{\n "cells": {},\n "run": {"tstop": 10, "dT": 0.1}\n}\n')
            with self.assertRaises(rall.InputError) as caught:
                rall.Simulation(file)
            error = caught.exception
            self.assertEqual((os.path.basename(error.file), error.line), ("bad.json", 3))
            self.assertIn("dt", error.hint or str(error))

    def test_network(self):
        model, cell, syn, _ = ball_and_stick()
        other = model.add_cell([{"name": "soma", "L": 20, "diam": 20}], {"regions": {"all": {"mechanisms": {"hh": {}}}}}, name="ring", count=3)
        target = model.synapse(other.soma(0.5), "ExpSyn", tau=1, e=0)
        model.connect(cell, target, weight=0.05, delay=2)
        model.connect(other, syn, weight=0.001, delay=1.5)
        noise = model.generator("NetStim", interval=5, number=10, start=1, count=3)
        model.connect(noise, target, weight=0.02, rule="one_to_one")
        model.record(target, "g", name="g")
        sim = rall.Simulation(model)
        sim.run(50)
        self.assertEqual(sim.reports.g.values.shape[1], 3)
        self.assertEqual(set(sim.cells), {"cell", "ring", "gen"})
        self.assertGreater(len(sim.spikes.of(sim.cells["ring"][0])), 0)
        self.assertEqual(len(sim[other[1]].v if other[1].count > 1 else [sim[other[1]].v]), 1)

    def test_generated_names_are_free(self):
        model, cell, *_ = ball_and_stick()
        names = {model.synapse(cell.soma(0.5), "ExpSyn").name for _ in range(3)}
        self.assertEqual(len(names), 3)


class Shapes(unittest.TestCase):
    file = PYRAMIDAL.parent / "NMO_49821.swc"

    def test_sections_and_segments(self):
        shape = rall.Morphology(self.file)
        self.assertIsNone(shape.sections[0].parent)
        self.assertEqual({section.region for section in shape.sections}, set(shape.regions))
        segments = shape.segments()
        self.assertAlmostEqual(segments.area.sum() / shape.area, 1, delta=0.02)
        self.assertEqual(segments.x.shape, (len(segments.diam), 2))
        self.assertGreater(len(shape.segments(max_length=5).diam), len(segments.diam))
        self.assertEqual(len(shape.segments(nseg=1).diam), len(shape.sections))
        self.assertTrue(all(section.region == "apic" for section in shape.select("apic")))
        self.assertIsInstance(str(shape.diagnostics), str)

    def test_pictures(self):
        import matplotlib

        matplotlib.use("Agg")
        shape = rall.Morphology(self.file)
        self.assertGreater(len(shape.plot(axes="xz").collections), 0)
        self.assertIn("<svg", shape._repr_html_())
        sim = rall.Simulation(PYRAMIDAL)
        sim.run(5)
        sim.plot("v"), sim.reports.v_soma.plot(), sim.spikes.plot()
        self.assertIn("<svg", sim._repr_html_())


class Tables(unittest.TestCase):
    def test_data_frames(self):
        try:
            import pandas  # noqa: F401
        except ImportError:
            self.skipTest("no pandas")
        model, *_ = ball_and_stick()
        sim = rall.Simulation(model)
        sim.run(20)
        frame = sim.reports.v.to_pandas()
        self.assertEqual((frame.shape, frame.index.name), ((201, 1), "t"))
        self.assertEqual(list(sim.spikes.to_pandas().columns), ["time", "gid"])


class Studies(unittest.TestCase):
    def test_sweep(self):
        model, *_ = ball_and_stick()
        with tempfile.TemporaryDirectory() as folder:
            model.save(os.path.join(folder, "base.json"))
            table = rall.sweep({"base": "base.json", "parameters": {"inputs.step.amp_start": {"values": [0.0, 0.1, 0.3]}}}, directory=folder)
            self.assertEqual(os.listdir(folder), ["base.json"])
        self.assertEqual(len(table[next(iter(table))]), 3)

    def test_channel(self):
        results = rall.channel("hh", protocols=["activation"], current="ina", celsius=6.3)
        self.assertEqual(results.protocols, ["activation"])
        self.assertTrue(all(len(t) == len(v) == len(i) for _, _, _, t, v, i in results.traces))
        self.assertIn("protocols", results.data)


if __name__ == "__main__":
    unittest.main()
