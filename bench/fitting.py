#!/usr/bin/python3
"""BluePyOpt's example of a simple cell, evaluated by Rall and by NEURON, alternating, on one core: milliseconds for each evaluation of an individual,
of the processor (of processes that were started, too) and by the clock.

    OMP_NUM_THREADS=1 FOLDER/bin/python bench/fitting.py [--rounds 5] [--offspring 10] [--output bench/results/NAME.json]

FOLDER is a virtual environment of scripts/neighbours.sh; Rall's module is to be found by PYTHONPATH. Each side is a process of its own that gets the same
individuals, a generation a round, and must find the same scores; all that an evaluation takes counts. Sides of NEURON: BluePyOpt's own way, a process for each
protocol; everything in one process, its fastest; the same with eFEL reading its dependencies once, as rall.bluepyopt has it do. Of Rall: one individual after
the other, and a generation at once (CellEvaluator.map). Where time goes is told of a further round.
"""
import argparse
import json
import random
import resource
import subprocess
import sys
import time

from rall_side import in_words, spread, write_beside_neuron

SIDES = {"NEURON, a process for each protocol": "neuron isolated", "NEURON, in one process": "neuron", "NEURON, in one process, eFEL reads once": "neuron once",
         "Rall, one by one": "rall", "Rall, a generation at once": "rall map"}


def evaluator(side):
    """The example's cell with two steps of current: amplitudes (nA) and how many spikes there are to be."""
    from bluepyopt import ephys
    from bluepyopt.ephys.examples.simplecell import simplecell
    example = simplecell.SimpleCell()
    protocols, objectives = [], []
    for name, amplitude, spikes in ("step1", 0.01, 1), ("step2", 0.05, 5):
        stimulus = ephys.stimuli.NrnSquarePulse(step_amplitude=amplitude, step_delay=100, step_duration=50, location=example.soma_loc, total_duration=200)
        recording = ephys.recordings.CompRecording(name=f"{name}.soma.v", location=example.soma_loc, variable="v")
        protocols.append(ephys.protocols.SweepProtocol(name, [stimulus], [recording]))
        feature = ephys.efeatures.eFELFeature(f"{name}.Spikecount", efel_feature_name="Spikecount", recording_names={"": f"{name}.soma.v"},
                                              stim_start=100, stim_end=150, exp_mean=spikes, exp_std=0.05 * spikes)
        objectives.append(ephys.objectives.SingletonObjective(f"{name}.Spikecount", feature))
    both = ephys.protocols.SequenceProtocol("twostep", protocols=protocols)
    parts = {"cell_model": example.cell_model, "param_names": ["gnabar_hh", "gkbar_hh"], "fitness_protocols": {both.name: both},
             "fitness_calculator": ephys.objectivescalculators.ObjectivesCalculator(objectives)}
    if side.startswith("rall"):
        import rall.bluepyopt
        return rall.bluepyopt.CellEvaluator(sim=rall.bluepyopt.Simulator(dt=0.025), **parts)
    if side.endswith("once"):
        import rall.bluepyopt
        rall.bluepyopt._read_dependencies_once()
    return ephys.evaluators.CellEvaluator(sim=ephys.simulators.NrnSimulator(dt=0.025, cvode_active=False), isolate_protocols=side.endswith("isolated"), **parts)


def watch(owner, name, shares, share):
    """Adds the seconds (of the processor) of a method to a share."""
    method = getattr(owner, name)

    def timed(*args, **named):
        begin = processor_seconds()
        try:
            return method(*args, **named)
        finally:
            shares[share] = shares.get(share, 0) + processor_seconds() - begin
    setattr(owner, name, timed)


def processor_seconds():
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def serve(side):
    """Answers lines of individuals; the last of them tells where time goes."""
    own, shares = evaluator(side), {}
    evaluate = own.init_simulator_and_evaluate_with_lists
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        if asked["watch"]:
            from bluepyopt.ephys import models, protocols
            for name in "instantiate", "destroy":
                watch(models.CellModel, name, shares, "building in NEURON")
                watch(protocols.SweepProtocol, name, shares, "building in NEURON")
            watch(type(own.sim), "run", shares, "run")
            watch(type(own.fitness_calculator), "calculate_scores", shares, "features")
        begin, clock = processor_seconds(), time.perf_counter()
        scores = own.map(evaluate, asked["individuals"]) if side.endswith("map") else [evaluate(individual) for individual in asked["individuals"]]
        print(json.dumps({"scores": scores, "processor": processor_seconds() - begin, "clock": time.perf_counter() - clock, "shares": shares}), flush=True)


class Side:
    def __init__(self, side):
        self.process = subprocess.Popen([sys.executable, "-W", "ignore", __file__, "--side", side], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.answer()

    def answer(self):
        for line in self.process.stdout:
            if line[0] in '{"':
                return json.loads(line)
        sys.exit("a side has ended")

    def evaluate(self, individuals, watch=False):
        self.process.stdin.write(json.dumps({"individuals": individuals, "watch": watch}) + "\n")
        self.process.stdin.flush()
        return self.answer()


def main(rounds, offspring, output):
    draw = random.Random(1)
    sides = {name: Side(side) for name, side in SIDES.items()}
    taken, clock = ({name: [] for name in sides} for _ in range(2))
    for k in range(rounds + 2):  # the first round warms up, the last tells where time goes
        individuals = [[draw.uniform(0.05, 0.125), draw.uniform(0.01, 0.075)] for _ in range(offspring)]
        found = {name: side.evaluate(individuals, watch=k > rounds) for name, side in sides.items()}
        scores = [one["scores"] for one in found.values()]
        if any(other != scores[0] for other in scores):
            sys.exit(f"scores differ: {dict(zip(found, scores))}")
        for name, one in found.items() if 0 < k <= rounds else ():
            taken[name].append(1e3 * one["processor"] / offspring)
            clock[name].append(1e3 * one["clock"] / offspring)
    best = taken["Rall, a generation at once"]
    results = {}
    for name, ms in taken.items():
        ratios = [a / b for a, b in zip(ms, best)]
        shares = {share: 1e3 * seconds / offspring for share, seconds in found[name]["shares"].items()}
        results[name] = spread(ms) | {"times_of_the_last": spread(ratios), "clock": spread(clock[name]), "shares": shares}
        print(f"{name}: {in_words(spread(ms))} ms, {in_words(spread(ratios))} times the last; by the clock {in_words(spread(clock[name]))}; "
              + ", ".join(f"{share} {value:.1f}" for share, value in shares.items()), flush=True)
    if output:
        write_beside_neuron(output, rounds, offspring=offspring, ms_per_evaluation=results)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--offspring", type=int, default=10)
    parser.add_argument("--output")
    parser.add_argument("--side", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.side:
        serve(given.side)
    else:
        main(given.rounds, given.offspring, given.output)
