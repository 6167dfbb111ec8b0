"""Rall beside BluePyOpt, LFPykit and eFEL: the examples of docs/neighbours.md, with numbers of another origin to compare with.

These packages come from PyPI; a test whose package is missing is skipped and says so.
"""

import importlib.util
import pathlib
import tempfile
import time
import unittest

import numpy

import rall

PYRAMIDAL = pathlib.Path(rall.example("pyramidal"))


def needs(*packages):
    missing = [name for name in packages if importlib.util.find_spec(name) is None]
    return unittest.skipIf(missing, f"not installed: {', '.join(missing)} (pip install {' '.join(missing)})")


def pyramidal(reports, tstop=200):
    model = rall.Model(PYRAMIDAL)
    model.config["reports"] = reports
    simulation = rall.Simulation(model)
    simulation.run(tstop)
    return simulation


class LFPykit(unittest.TestCase):
    @needs("lfpykit")
    def test_a_line_source_potential_of_i_membrane_is_the_report_of_type_lfp(self):
        import lfpykit

        electrodes = numpy.array([[0, 0, 50], [30, -20, 100], [-40, 120, 20.0]])
        simulation = pyramidal({"current": {"cells": "ca1", "sections": "all", "variable_name": "i_membrane", "dt": 0.1},
                                "probe": {"type": "lfp", "electrodes": electrodes.tolist(), "conductivity": 0.3, "dt": 0.1}}, 120)
        cut = rall.Morphology(PYRAMIDAL.parent / "NMO_49821.swc").segments(d_lambda=0.1, Ra=150, cm=1)
        cell = lfpykit.CellGeometry(x=cut.x, y=cut.y, z=cut.z, d=cut.diam)
        x, y, z = electrodes.T
        to_potential = lfpykit.LineSourcePotential(cell, x=x, y=y, z=z, sigma=0.3).get_transformation_matrix()  # mV/nA
        potential = simulation.reports.current.values @ to_potential.T
        expected = simulation.reports.probe.values
        self.assertGreater(numpy.abs(expected).max(), 1e-3)
        numpy.testing.assert_allclose(potential, expected, rtol=0, atol=1e-9 * numpy.abs(expected).max())


class EFEL(unittest.TestCase):
    @needs("efel")
    def test_features_of_a_trace(self):
        import efel

        simulation = pyramidal({"soma": {"cells": "ca1", "variable_name": "v", "dt": 0.025}}, 400)
        soma = simulation.reports.soma
        v = soma.values[:, 0]
        trace = {"T": soma.time, "V": v, "stim_start": [100], "stim_end": [400]}
        found = efel.get_feature_values([trace], ["peak_time", "Spikecount", "mean_frequency", "minimum_voltage"])[0]
        peaks = numpy.flatnonzero((v[1:-1] > -20) & (v[1:-1] >= v[:-2]) & (v[1:-1] > v[2:])) + 1  # of our own trace
        peaks = peaks[soma.time[peaks] >= 100]
        self.assertGreater(len(peaks), 2)
        numpy.testing.assert_allclose(found["peak_time"], soma.time[peaks], atol=0.1)  # eFEL looks at every 0.1 ms
        self.assertEqual(found["Spikecount"][0], len(peaks))
        self.assertAlmostEqual(found["mean_frequency"][0], 1000 * len(peaks) / (soma.time[peaks[-1]] - 100), delta=0.2)
        self.assertAlmostEqual(found["minimum_voltage"][0], v[soma.time >= 100].min(), delta=1e-3)


SIMPLE = "1 1 -5 0 0 5 -1\n2 1 0 0 0 5 1\n3 1 5 0 0 5 2\n"


def evaluator(kind, sim, ephys, morphology, temperature=False, sweep=None):
    """BluePyOpt's example of a simple cell: how much of two conductances makes so many spikes."""
    sweep = sweep or ephys.protocols.SweepProtocol
    somatic = ephys.locations.NrnSeclistLocation("somatic", seclist_name="somatic")
    soma = ephys.locations.NrnSeclistCompLocation(name="soma", seclist_name="somatic", sec_index=0, comp_x=0.5)

    def parameter(name, **more):
        return ephys.parameters.NrnSectionParameter(name=name, param_name=name, locations=[somatic], **more)

    params = [parameter("cm", value=1.0, frozen=True), parameter("gnabar_hh", bounds=[0.05, 0.125]), parameter("gkbar_hh", bounds=[0.01, 0.075])]
    if temperature:
        params.append(ephys.parameters.NrnGlobalParameter("celsius", param_name="celsius", bounds=[6, 20]))
    cell = ephys.models.CellModel("simple_cell", morph=ephys.morphologies.NrnFileMorphology(str(morphology)),
                                  mechs=[ephys.mechanisms.NrnMODMechanism(name="hh", suffix="hh", locations=[somatic])], params=params)
    protocols, objectives = [], []
    for name, amplitude, spikes, duration in ("step1", 0.01, 1, 200), ("step2", 0.05, 5, 200), ("short", 0.05, 3, 160):
        stimulus = ephys.stimuli.NrnSquarePulse(step_amplitude=amplitude, step_delay=100, step_duration=50, location=soma, total_duration=duration)
        recording = ephys.recordings.CompRecording(name=f"{name}.soma.v", location=soma, variable="v")
        protocols.append(sweep(name, [stimulus], [recording]))
        for feature_name, mean, std in ("Spikecount", spikes, 0.05 * spikes), ("maximum_voltage", 30, 5):
            feature = ephys.efeatures.eFELFeature(f"{name}.{feature_name}", efel_feature_name=feature_name, recording_names={"": f"{name}.soma.v"},
                                                  stim_start=100, stim_end=150, exp_mean=mean, exp_std=std, threshold=-10)
            objectives.append(ephys.objectives.SingletonObjective(feature.name, feature))
    both = ephys.protocols.SequenceProtocol("twostep", protocols=protocols[:2])
    return kind(cell_model=cell, param_names=[param.name for param in params[1:]], fitness_protocols={both.name: both, "short": protocols[2]},
                fitness_calculator=ephys.objectivescalculators.ObjectivesCalculator(objectives), sim=sim, isolate_protocols=False)


class BluePyOpt(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.morphology = pathlib.Path(self.folder.name) / "simple.swc"
        self.morphology.write_text(SIMPLE)

    def both(self, **named):
        """(NEURON's evaluator, Rall's)"""
        from bluepyopt import ephys

        import rall.bluepyopt

        # NEURON's variable step counts another spike here and there where one hardly happens; of the same steps everything is the same.
        return (evaluator(ephys.evaluators.CellEvaluator, ephys.simulators.NrnSimulator(dt=0.025, cvode_active=False), ephys, self.morphology, **named),
                evaluator(rall.bluepyopt.CellEvaluator, rall.bluepyopt.Simulator(dt=0.025), ephys, self.morphology, **named))

    @needs("bluepyopt", "neuron", "efel")
    def test_an_optimisation_finds_what_it_finds_with_neuron(self):
        import bluepyopt

        taken, best, tried = {}, {}, {}
        neuron, ours = self.both()
        for name, own, apply in ("NEURON", neuron, None), ("one by one", ours, None), ("a generation at once", ours, ours.map):
            begin = time.perf_counter()
            optimisation = bluepyopt.optimisations.DEAPOptimisation(evaluator=own, map_function=apply, offspring_size=4, seed=1)
            population, hall, _, _ = optimisation.run(max_ngen=2)
            taken[name] = time.perf_counter() - begin
            best[name], tried[name] = (list(hall[0]), hall[0].fitness.values), sorted(map(tuple, population))
        print({name: f"{seconds:.2f} s" for name, seconds in taken.items()})
        for name in "one by one", "a generation at once":
            self.assertEqual(best[name][0], best["NEURON"][0])
            numpy.testing.assert_allclose(best[name][1], best["NEURON"][1], atol=1e-3)  # maximum_voltage is a voltage over 5 mV
            self.assertEqual(tried[name], tried["NEURON"])
        self.assertEqual(best["one by one"], best["a generation at once"])

    @needs("bluepyopt", "neuron")
    def test_recordings_are_those_of_neuron(self):
        neuron, ours = self.both()
        values = {"gnabar_hh": 0.1, "gkbar_hh": 0.03}
        expected, found = (own.run_protocols(own.fitness_protocols.values(), values) for own in (neuron, ours))
        self.assertEqual(list(found), list(expected))
        for name, response in expected.items():
            numpy.testing.assert_array_equal(found[name]["time"], response["time"])
            self.assertLess(numpy.abs(found[name]["voltage"] - response["voltage"]).max(), 1e-3)
            self.assertGreater(response["voltage"].max(), 0)

    @needs("bluepyopt", "neuron", "efel")
    def test_individuals_that_differ_in_what_the_model_has_once_are_run_alone(self):
        neuron, ours = self.both(temperature=True)
        individuals = [[0.1, 0.03, 6.3], [0.1, 0.03, 15], [0.08, 0.05, 9]]
        expected = [neuron.init_simulator_and_evaluate_with_lists(one) for one in individuals]
        found = ours.map(ours.init_simulator_and_evaluate_with_lists, individuals)
        numpy.testing.assert_allclose(found, expected, atol=1e-3)
        self.assertNotEqual(expected[0], expected[1])

    @needs("bluepyopt", "neuron", "efel")
    def test_an_individual_that_diverges_leaves_the_others_as_they_are(self):
        _, ours = self.both()
        ours.cell_model.params["gnabar_hh"].bounds = None
        good, bad = [0.1, 0.03], [float("nan"), 0.03]
        found = ours.map(ours.init_simulator_and_evaluate_with_lists, [good, bad, good])
        self.assertEqual(found[0], ours.init_simulator_and_evaluate_with_lists(good))
        self.assertEqual(found[0], found[2])
        self.assertEqual(set(found[1]), {250})  # BluePyOpt's score of what could not be run

    @needs("bluepyopt", "neuron", "efel")
    def test_another_function_is_mapped_as_it_is(self):
        _, ours = self.both()
        self.assertEqual(ours.map(sum, [[1, 2], [3, 4]]), [3, 7])

    @needs("bluepyopt", "neuron")
    def test_a_protocol_runs_without_an_evaluator(self):
        from bluepyopt import ephys

        import rall.bluepyopt

        own = evaluator(ephys.evaluators.CellEvaluator, rall.bluepyopt.Simulator(dt=0.025), ephys, self.morphology, sweep=rall.bluepyopt.SweepProtocol)
        _, ours = self.both()
        values = {"gnabar_hh": 0.1, "gkbar_hh": 0.03}
        alone = own.fitness_protocols["short"].run(own.cell_model, values, sim=own.sim)
        together = ours.run_protocols(ours.fitness_protocols.values(), values)
        numpy.testing.assert_array_equal(alone["short.soma.v"]["voltage"], together["short.soma.v"]["voltage"])

    @needs("bluepyopt", "neuron")
    def test_a_simulator_of_neuron_is_refused(self):
        from bluepyopt import ephys

        import rall.bluepyopt

        with self.assertRaisesRegex(ValueError, "rall.bluepyopt.Simulator"):
            evaluator(rall.bluepyopt.CellEvaluator, ephys.simulators.NrnSimulator(), ephys, self.morphology)

    @needs("bluepyopt", "neuron")
    def test_a_variable_step_is_refused(self):
        import rall.bluepyopt

        with self.assertRaisesRegex(ValueError, "fixed steps"):
            rall.bluepyopt.Simulator().run(10, cvode_active=True)


if __name__ == "__main__":
    unittest.main()
