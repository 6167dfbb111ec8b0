"""A simulation runs to a time, is looked at, changed, and goes on."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import unittest

import numpy
import rall

from models import PYRAMIDAL, ball_and_stick


class Running(unittest.TestCase):
    def test_parts_of_a_run_are_the_whole_bit_by_bit(self):
        model, cell, *_ = ball_and_stick()
        whole, parts = rall.Simulation(model), rall.Simulation(model)
        whole.run(30)
        for k in range(1, 301):
            parts.run(0.1 * k)
        self.assertAlmostEqual(parts.t, 30)
        self.assertTrue(len(whole.spikes) > 0)
        numpy.testing.assert_array_equal(whole.spikes.times, parts.spikes.times)
        numpy.testing.assert_array_equal(whole.reports.v.values, parts.reports.v.values)
        self.assertEqual(whole[cell.soma(0.5)].v, parts[cell.soma(0.5)].v)

    def test_reports_are_views_that_stay(self):
        model, *_ = ball_and_stick()
        sim = rall.Simulation(model)
        sim.run(1)
        early = sim.reports.v.values
        copy = early.copy()
        self.assertFalse(early.flags.owndata or early.flags.writeable)
        sim.run(200)
        numpy.testing.assert_array_equal(early, copy)
        numpy.testing.assert_array_equal(sim.reports.v.values[: len(early)], early)
        self.assertEqual(sim.reports.v.values.shape, (2001, 1))  # beyond run.tstop
        sim.close()
        numpy.testing.assert_array_equal(early, copy)

    def test_synapses_that_are_alike_are_merged_only_where_the_config_says_so(self):
        def crowded(**run):
            model, cell, syn, _ = ball_and_stick(**run)
            model.config["synapses"]["syn"]["location"] = ["dend(0.5)"] * 3
            model.synapse(cell.soma(0.5), "ExpSyn", name="alone", tau=2, e=0)
            gen = model.generator(times=[5, 7], name="gen")
            model.connect(gen, syn, weight=0.001)
            model.connect(gen, "alone", weight=0.001)
            return model

        apart = rall.Simulation(crowded())
        merged = rall.Simulation(crowded(merge_synapses=True))
        asked = rall.Simulation(crowded(merge_synapses=True), keep=["ExpSyn.g"])
        for sim in (apart, merged, asked):
            sim.run(20)
        self.assertTrue(any("3 instances of ExpSyn are computed as 1" in str(d) for d in merged.diagnostics), merged.diagnostics)
        self.assertFalse(any("synapses-merged" in str(d) for d in [*apart.diagnostics, *asked.diagnostics]))
        numpy.testing.assert_allclose(merged.reports.v.values, apart.reports.v.values, rtol=0, atol=1e-9)
        numpy.testing.assert_array_equal(asked["syn"].g, apart["syn"].g)
        self.assertEqual(merged["alone"].g, apart["alone"].g)
        for use in (lambda: merged["syn"].g, lambda: setattr(merged["syn"], "tau", 3)):
            with self.assertRaises(rall.InputError) as failure:
                use()
            self.assertEqual(failure.exception.code, "merged")
        with tempfile.TemporaryDirectory() as folder:  # what the one saves the other goes on with: the sum of the three is that of the first
            file = os.path.join(folder, "state.h5")
            merged.save(file)
            apart.restore(file, other_values=True)
            first, *others = apart["syn"].g
            self.assertEqual(others, [0, 0])
            self.assertAlmostEqual(first, asked["syn"].g.sum(), places=15)

    def test_a_report_shows_what_the_place_has(self):
        model, cell, *_ = ball_and_stick()
        sim = rall.Simulation(model)
        sim.run(12.3)
        self.assertEqual(sim.reports.v.values[-1, 0], sim[cell.soma(0.5)].v)
        self.assertAlmostEqual(sim.reports.v.time[-1], 12.3)

    def test_callbacks_come_after_each_epoch_and_may_stop_the_run(self):
        model, *_ = ball_and_stick()
        sim = rall.Simulation(model)
        seen = []
        sim.run(35, on_epoch=lambda s: seen.append(s.t))
        self.assertEqual(seen[-1], 35)
        self.assertTrue(all(b - a <= 10 for a, b in zip(seen, seen[1:])))

        def stop(s):
            raise StopAsyncIteration("enough")

        with self.assertRaisesRegex(StopAsyncIteration, "enough"):
            sim.run(1000, on_epoch=stop)
        self.assertLess(sim.t, 50)
        sim.run(60)
        self.assertEqual(sim.t, 60)

    def test_a_signal_stops_at_the_end_of_an_epoch(self):
        sim = rall.Simulation(PYRAMIDAL)
        timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
        timer.start()
        with self.assertRaises(KeyboardInterrupt):
            sim.run(1e6)
        stopped = sim.t
        self.assertGreater(stopped, 0)
        sim.run(stopped + 1)
        self.assertAlmostEqual(sim.t, stopped + 1)

    def test_threads_that_wait_keep_no_cores(self):
        """And the environment stays as it was (tests/app/waits.py: the program does the same)."""
        code = "import os, rall; assert 'GOMP_SPINCOUNT' not in os.environ"
        kept = {name: value for name, value in os.environ.items() if name not in ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT")}

        def said(**more):
            told = subprocess.run([sys.executable, "-c", code], env=kept | {"OMP_DISPLAY_ENV": "VERBOSE"} | more, capture_output=True, text=True, check=True)
            return re.findall(r"GOMP_SPINCOUNT = '(\d+)'", told.stderr)
        if not said(OMP_WAIT_POLICY="passive"):
            self.skipTest("this OpenMP says nothing of GOMP_SPINCOUNT")
        self.assertEqual(said(), ["2000"])
        self.assertEqual(said(OMP_WAIT_POLICY="passive"), ["0"])

    def test_the_lock_is_released(self):
        sim = rall.Simulation(PYRAMIDAL)
        count = 0
        thread = threading.Thread(target=sim.run, args=(100,))
        thread.start()
        while thread.is_alive():
            count += 1
        thread.join()
        self.assertEqual(sim.t, 100)
        self.assertGreater(count, 1000)

    def test_two_simulations_in_two_threads(self):
        model, *_ = ball_and_stick()
        sims = [rall.Simulation(model) for _ in range(2)]
        threads = [threading.Thread(target=sim.run, args=(50,)) for sim in sims]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        numpy.testing.assert_array_equal(sims[0].reports.v.values, sims[1].reports.v.values)

    def test_a_diverging_cell_ends_it_with_the_reason(self):
        model, cell, *_ = ball_and_stick()
        sim = rall.Simulation(model)
        sim.run(1)
        sim[cell.soma].hh.gl, sim[cell.soma].hh.el = 1e3, 1e308
        with self.assertRaises(rall.InputError) as caught:
            sim.run(20)
        self.assertRegex(str(caught.exception), "cell")
        with self.assertRaises(rall.InputError):
            sim.run(30)


class Changing(unittest.TestCase):
    def changed_config(self, change):
        model, *_ = ball_and_stick()
        change(model.config)
        return model

    def against_checkpoint(self, change, change_config, t=(10.0, 40.0)):
        """A change between two runs is what a config with the changed value makes of a checkpoint."""
        model, cell, syn, step = ball_and_stick()
        sim = rall.Simulation(model)
        sim.run(t[0])
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "at.h5")
            sim.save(file)
            change(sim, cell, syn, step)
            sim.run(t[1])
            other = rall.Simulation(self.changed_config(change_config))
            other.restore(file, other_values=True)
            other.run(t[1])
        unchanged = rall.Simulation(model)
        unchanged.run(t[1])
        for place in (("cell", "soma(0.5)"), ("cell", "dend(0.9)")):
            self.assertEqual(sim[place].v, other[place].v)
        self.assertNotEqual(sim["cell", "soma(0.5)"].v, unchanged["cell", "soma(0.5)"].v)
        rows = other.reports.v
        mine = sim.reports.v.values[-len(rows):]
        numpy.testing.assert_array_equal(mine, rows.values)
        late = sim.spikes.times[sim.spikes.times > t[0]]
        numpy.testing.assert_array_equal(late, other.spikes.times[other.spikes.times > t[0]])

    def test_density_parameter_of_a_region(self):
        self.against_checkpoint(lambda sim, cell, syn, step: setattr(sim[cell.soma].hh, "gnabar", 0.09),
                                lambda c: c["cells"]["cell"]["biophysics"]["regions"]["soma"]["mechanisms"]["hh"].update(gnabar=0.09))

    def test_the_same_again_in_place(self):
        def change(sim, cell, syn, step):
            sim[cell.soma].hh.gnabar = 0.2
            sim[cell.soma].hh.gnabar = 0.09

        self.against_checkpoint(change, lambda c: c["cells"]["cell"]["biophysics"]["regions"]["soma"]["mechanisms"]["hh"].update(gnabar=0.09))

    def test_density_parameter_of_some_compartments(self):
        def change(sim, cell, syn, step):
            g = sim[cell.dend].pas.g
            self.assertEqual(len(g), 5)
            g[3:] = 1e-3
            sim[cell.dend].pas.g = g

        def config(c):
            c["cells"]["cell"]["biophysics"]["regions"]["dend"]["mechanisms"]["pas"]["g"] = "distance > 120 ? 1e-3 : 1e-4"

        self.against_checkpoint(change, config)

    def test_parameter_of_a_stimulus(self):
        self.against_checkpoint(lambda sim, cell, syn, step: setattr(sim[step], "amp", 0.05),
                                lambda c: c["inputs"]["step"].update(amp_start=0.05))

    def test_temperature(self):
        self.against_checkpoint(lambda sim, cell, syn, step: setattr(sim, "celsius", 16.3), lambda c: c["conditions"].update(celsius=16.3))

    def test_parameter_that_initial_reads(self):
        model = ball_and_stick()[0]
        model.config["synapses"]["syn"] = {"mechanism": "Exp2Syn", "cells": "cell", "location": "dend(0.5)", "parameters": {"tau1": 0.5, "tau2": 3}}
        sim = rall.Simulation(model)
        sim.run(2)
        sim["syn"].tau2 = 8
        sim.send("syn", 3, 0.01)
        sim.run(6)
        self.assertEqual(sim["syn"].tau2, 8)

    def test_before_the_first_step_a_parameter_is_the_models(self):
        sim = rall.Simulation(ball_and_stick()[0])
        sim["cell", "soma"].hh.gnabar = 0.09
        other = rall.Simulation(self.changed_config(lambda c: c["cells"]["cell"]["biophysics"]["regions"]["soma"]["mechanisms"]["hh"].update(gnabar=0.09)))
        sim.run(30), other.run(30)
        numpy.testing.assert_array_equal(sim.reports.v.values, other.reports.v.values)

    def test_changed_parameters_are_in_a_checkpoint(self):
        model, cell, *_ = ball_and_stick()
        sim = rall.Simulation(model)
        sim.run(3)
        sim[cell.soma].hh.gnabar = 0.08
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "at.h5")
            sim.save(file)
            other = rall.Simulation(model)
            other.restore(file)
            self.assertEqual(other[cell.soma].hh.gnabar, 0.08)
            sim.run(20), other.run(20)
        self.assertEqual(sim[cell.soma].v, other[cell.soma].v)

    def test_voltage_and_states(self):
        model, cell, *_ = ball_and_stick()
        sim = rall.Simulation(model)
        sim.run(2)
        soma = sim[cell.soma(0.5)]
        soma.v = -50
        soma.hh.m = 0.5
        self.assertEqual((soma.v, soma.hh.m), (-50, 0.5))
        sim.run(2.025)
        self.assertNotEqual(soma.v, -50)
        dend = sim[cell.dend]
        dend.v = [-70, -69, -68, -67, -66]
        numpy.testing.assert_array_equal(dend.v, [-70, -69, -68, -67, -66])

    def test_variables_that_nobody_keeps_say_so(self):
        model, cell, *_ = ball_and_stick()
        sim = rall.Simulation(model)
        with self.assertRaises(rall.InputError) as caught:
            sim[cell.soma].hh.gna
        self.assertEqual(caught.exception.code, "not-kept")
        sim = rall.Simulation(model, keep=["hh.gna", "i_membrane", "ina"])
        sim.run(20)
        self.assertNotEqual(sim[cell.soma].hh.gna, 0)
        self.assertNotEqual(sim[cell.soma].ina, 0)
        currents = sim[cell].i_membrane
        self.assertEqual(len(currents), 6)
        self.assertAlmostEqual(currents.sum(), 0.2, delta=1e-9)  # nA: what the electrode brings leaves through the membrane

    def test_reading_changes_nothing(self):
        model, cell, *_ = ball_and_stick()
        sim, other = rall.Simulation(model), rall.Simulation(model)
        for t in range(1, 41):
            sim.run(t)
            sim[cell].v, sim[cell.soma].hh.m, sim[cell.soma].ena, sim["syn"].g
        other.run(40)
        numpy.testing.assert_array_equal(sim.reports.v.values, other.reports.v.values)

    def test_events(self):
        model, cell, syn, _ = ball_and_stick()
        model.config.pop("inputs")
        by_hand, by_train = rall.Simulation(model), None
        train = model.generator(name="train", times=[3.0, 4.0])
        model.connect(train, syn, weight=0.02, delay=1)
        by_train = rall.Simulation(model)
        by_hand.send(syn, 4, 0.02)
        by_hand.run(4.5)
        by_hand.send(syn, 5, 0.02)
        by_hand.run(20), by_train.run(20)
        numpy.testing.assert_array_equal(by_hand.reports.v.values, by_train.reports.v.values)
        self.assertGreater(by_hand.reports.v.values.max(), -60)

    def test_events_under_way_are_in_a_checkpoint(self):
        model, cell, syn, _ = ball_and_stick()
        sim = rall.Simulation(model)
        sim.run(1)
        sim.send(syn, 6, 0.02)
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "at.h5")
            sim.save(file)
            other = rall.Simulation(model)
            other.restore(file)
            sim.run(20), other.run(20)
        self.assertEqual(sim[cell.soma].v, other[cell.soma].v)
        self.assertGreater(sim[syn].g + 1, 1)

    def test_a_change_inside_of_a_callback(self):
        model, cell, *_ = ball_and_stick()
        sim = rall.Simulation(model)

        def more(s):
            s[cell.soma].hh.gkbar = s[cell.soma].hh.gkbar * 1.01

        sim.run(40, on_epoch=more)
        self.assertGreater(sim[cell.soma].hh.gkbar, 0.036)

    def test_one_cell_of_many_alike(self):
        model, *_ = ball_and_stick()
        model.config["cells"]["cell"]["count"] = 3
        sim = rall.Simulation(model)
        sim.run(1)
        sim["cell[1]", "dend"].pas.g = [1e-4, 1e-4, 1e-3, 1e-3, 1e-3]
        sim["cell[2]", "soma"].hh.gl = 0.001
        sim.run(9)
        v = sim["cell", "soma(0.5)"].v
        self.assertEqual(len(set(v.tolist())), 3)
        alone, *_ = ball_and_stick()
        alone = rall.Simulation(alone)
        alone.run(9)
        self.assertEqual(v[0], alone["cell", "soma(0.5)"].v)

    def test_artificial_cells(self):
        model, cell, syn, _ = ball_and_stick()
        model.connect(model.generator("NetStim", name="noise", count=2, interval=5, number=1000, start=1), syn, weight=0.001)
        sim = rall.Simulation(model)
        sim.run(3)
        sim["noise[1]"].interval = 0.5
        self.assertEqual(sim["noise"].interval.tolist(), [5, 0.5])
        sim.run(20)
        self.assertGreater(sim[syn].g, 0.001)

    def test_variable_steps(self):
        model, cell, *_ = ball_and_stick(integration_method="cvode")
        sim = rall.Simulation(model)
        sim.run(10)
        sim[cell.soma].hh.gnabar = 0.09
        sim[cell.soma].v = -60
        sim.run(20)
        self.assertTrue(numpy.isfinite(sim[cell].v).all())


if __name__ == "__main__":
    unittest.main()
