"""Rall beside BluePyOpt, LFPykit and eFEL: the examples of docs/neighbours.md, with numbers of another origin to compare with.

These packages come from PyPI; a test whose package is missing is skipped and says so.
"""

import importlib.util
import pathlib
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


def evaluator(sim, sweep, ephys, morphology):
    """BluePyOpt's example of a simple cell: how much of two conductances makes so many spikes."""
    somatic = ephys.locations.NrnSeclistLocation("somatic", seclist_name="somatic")
    soma = ephys.locations.NrnSeclistCompLocation(name="soma", seclist_name="somatic", sec_index=0, comp_x=0.5)

    def parameter(name, **more):
        return ephys.parameters.NrnSectionParameter(name=name, param_name=name, locations=[somatic], **more)

    cell = ephys.models.CellModel(
        "simple_cell", morph=ephys.morphologies.NrnFileMorphology(str(morphology)),
        mechs=[ephys.mechanisms.NrnMODMechanism(name="hh", suffix="hh", locations=[somatic])],
        params=[parameter("cm", value=1.0, frozen=True), parameter("gnabar_hh", bounds=[0.05, 0.125]), parameter("gkbar_hh", bounds=[0.01, 0.075])])
    protocols, objectives = [], []
    for name, amplitude, spikes in ("step1", 0.01, 1), ("step2", 0.05, 5):
        stimulus = ephys.stimuli.NrnSquarePulse(step_amplitude=amplitude, step_delay=100, step_duration=50, location=soma, total_duration=200)
        recording = ephys.recordings.CompRecording(name=f"{name}.soma.v", location=soma, variable="v")
        protocols.append(sweep(name, [stimulus], [recording]))
        feature = ephys.efeatures.eFELFeature(f"{name}.Spikecount", efel_feature_name="Spikecount", recording_names={"": f"{name}.soma.v"},
                                              stim_start=100, stim_end=150, exp_mean=spikes, exp_std=0.05 * spikes)
        objectives.append(ephys.objectives.SingletonObjective(f"{name}.Spikecount", feature))
    both = ephys.protocols.SequenceProtocol("twostep", protocols=protocols)
    return ephys.evaluators.CellEvaluator(cell_model=cell, param_names=["gnabar_hh", "gkbar_hh"], fitness_protocols={both.name: both},
                                          fitness_calculator=ephys.objectivescalculators.ObjectivesCalculator(objectives), sim=sim)


class BluePyOpt(unittest.TestCase):
    @needs("bluepyopt", "neuron", "efel")
    def test_an_optimisation_finds_what_it_finds_with_neuron(self):
        import tempfile

        import bluepyopt
        from bluepyopt import ephys

        import rall.bluepyopt

        with tempfile.TemporaryDirectory() as folder:
            morphology = pathlib.Path(folder) / "simple.swc"
            morphology.write_text(SIMPLE)
            taken, best, traces, tried = {}, {}, {}, {}
            # NEURON's variable step counts another spike here and there where one hardly happens; of the same steps everything is the same.
            for name, sim, sweep in ("NEURON", ephys.simulators.NrnSimulator(dt=0.025, cvode_active=False), ephys.protocols.SweepProtocol), (
                    "Rall", rall.bluepyopt.Simulator(dt=0.025), rall.bluepyopt.SweepProtocol):
                own = evaluator(sim, sweep, ephys, morphology)
                traces[name] = list(own.fitness_protocols.values())[0].run(own.cell_model, {"gnabar_hh": 0.1, "gkbar_hh": 0.03}, sim=sim, isolate=False)
                begin = time.perf_counter()
                population, hall, _, _ = bluepyopt.optimisations.DEAPOptimisation(evaluator=own, offspring_size=4, seed=1).run(max_ngen=2)
                taken[name] = time.perf_counter() - begin
                best[name], tried[name] = (list(hall[0]), hall[0].fitness.values), sorted(map(tuple, population))
        print({name: f"{seconds:.2f} s" for name, seconds in taken.items()})
        self.assertEqual(best["Rall"], best["NEURON"])
        self.assertEqual(tried["Rall"], tried["NEURON"])
        for recording, expected in traces["NEURON"].items():
            self.assertEqual(len(traces["Rall"][recording]["voltage"]), len(expected["voltage"]))
            self.assertLess(numpy.abs(traces["Rall"][recording]["voltage"] - expected["voltage"]).max(), 1e-3)

    @needs("bluepyopt", "neuron")
    def test_a_variable_step_is_refused(self):
        import rall.bluepyopt

        with self.assertRaisesRegex(ValueError, "fixed steps"):
            rall.bluepyopt.Simulator().run(10, cvode_active=True)


if __name__ == "__main__":
    unittest.main()
