"""BluePyOpt's cells, built by NEURON as ever and run by Rall.

    evaluator = rall.bluepyopt.CellEvaluator(..., sim=rall.bluepyopt.Simulator(dt=0.025))     # in the place of ephys.evaluators.CellEvaluator
    bluepyopt.optimisations.DEAPOptimisation(evaluator=evaluator, map_function=evaluator.map, ...)

All else stays: cell models, locations, stimuli, recordings, protocols, features, optimisations. Steps are fixed (`dt`, ms), as with
NrnSimulator(cvode_active=False): recordings are then NEURON's, step by step.

NrnSimulator runs each protocol in a process of its own, since a run may leave something behind in NEURON, whose variable step may never end. Rall's
protocols run in this one unless `isolate_protocols=True` is said: a run in Rall changes nothing in NEURON but what it records, and ends.
Who runs protocols without an evaluator takes SweepProtocol.
"""
import contextlib
import copy
import functools
import itertools

from bluepyopt import ephys
from bluepyopt.ephys.parameters import NrnPointProcessParameter, NrnRangeParameter, NrnSectionParameter
from bluepyopt.ephys.responses import TimeVoltageResponse

from .errors import InputError, MachineError
from .neuron import psolve

__all__ = ["CellEvaluator", "Simulator", "SweepProtocol"]

AT_ONCE = 128  # cells of one run: NEURON holds as many
LOCAL = (NrnSectionParameter, NrnRangeParameter, NrnPointProcessParameter)  # set in one cell and nowhere else


class Simulator(ephys.simulators.NrnSimulator):
    """`dt`: ms; NEURON's where it is left out. `mechanisms_directory`: as of NrnSimulator, for NEURON, which keeps the text of what it loads."""

    def __init__(self, dt=None, random123_globalindex=None, mechanisms_directory=None):
        super().__init__(dt=dt, cvode_active=False, random123_globalindex=random123_globalindex, mechanisms_directory=mechanisms_directory)

    def run(self, tstop=None, dt=None, cvode_active=None, random123_globalindex=None):
        """Until tstop (ms). A run whose voltages end as no numbers raises NrnSimulatorException, which protocols answer with empty responses; what Rall
        cannot carry over raises rall.neuron.Refused."""
        if cvode_active:
            raise ValueError("rall.bluepyopt takes fixed steps: leave cvode_active out of the protocol")
        h = self.neuron.h
        h.cvode_active(0)
        h.tstop, h.dt = tstop, dt or self.dt
        h.steps_per_ms = 1 / h.dt
        index = self.random123_globalindex if random123_globalindex is None else random123_globalindex
        if index is not None:
            h.Random().Random123_globalindex(index)
        h.stdinit()
        try:
            psolve(tstop)
        except InputError as error:
            if error.code != "voltage-not-finite":
                raise
            raise ephys.simulators.NrnSimulatorException("a run in Rall ended early", error) from error


class SweepProtocol(ephys.protocols.SweepProtocol):
    """As ephys.protocols.SweepProtocol, in this process unless `isolate=True` is said; SequenceProtocol takes it among its protocols."""

    def run(self, cell_model, param_values, sim=None, isolate=None, timeout=None):
        return super().run(cell_model, param_values, sim=sim, isolate=bool(isolate), timeout=timeout)


class CellEvaluator(ephys.evaluators.CellEvaluator):
    """As ephys.evaluators.CellEvaluator, with a rall.bluepyopt.Simulator. The sweeps of an evaluation are cells of one run, as far as they last alike; so are
    those of all individuals that `map` gets, where these differ in parameters of sections, ranges and point processes only. No score depends on it.
    Protocols of which SweepProtocol and SequenceProtocol know nothing run as they say themselves."""

    def __init__(self, *args, **named):
        super().__init__(*args, **named)
        if not isinstance(self.sim, Simulator):
            raise ValueError("rall.bluepyopt.CellEvaluator runs cells in Rall: give it sim=rall.bluepyopt.Simulator(dt=...)")
        if self.timeout is not None and not self.isolate_protocols:
            raise ValueError("timeout stops processes of their own: say isolate_protocols=True as well; a run in Rall ends by itself")
        _read_dependencies_once()

    def run_protocols(self, protocols, param_values):
        return next(iter(self._responses(list(protocols), [param_values])))

    def map(self, evaluate, individuals):
        """[individual] lists of scores: what DEAPOptimisation's map_function is to return, a generation at once. `evaluate`: as DEAPOptimisation has
        it from this evaluator; another function is called for each individual."""
        if getattr(evaluate, "func", evaluate) != self.init_simulator_and_evaluate_with_lists or getattr(evaluate, "keywords", None):
            return list(map(evaluate, individuals))
        self.sim.initialize()
        values = [self.param_dict(individual) for individual in individuals]
        all_responses = self._responses(list(self.fitness_protocols.values()), values)
        return [self.objective_list(self.fitness_calculator.calculate_scores(responses)) for responses in all_responses]

    def _responses(self, protocols, individuals):
        """Yields {recording: response} of each."""
        sweeps, others = [], []
        for protocol in protocols:
            plain = _sweeps(protocol)
            if self.isolate_protocols or plain is None:
                others.append(protocol)
            else:
                sweeps += plain
        is_local = not self.use_params_for_seed and all(type(self.cell_model.params[name]) in LOCAL for name in self.param_names)
        together = max(1, AT_ONCE // max(1, len(sweeps))) if is_local else 1
        for begin in range(0, len(individuals), together):
            some = individuals[begin:begin + together]
            for values, responses in zip(some, self._run_sweeps(sweeps, some)):
                for protocol in others:
                    _add(responses, self.run_protocol(protocol, values, isolate=self.isolate_protocols, timeout=self.timeout))
                yield responses

    def _run_sweeps(self, sweeps, individuals):
        """[individual] {recording: response}"""
        if self.use_params_for_seed:
            self.sim.random123_globalindex = self.seed_from_param_dict(individuals[0])
        found = [{} for _ in individuals]
        try:
            for _, alike in itertools.groupby(sorted(sweeps, key=_length), key=_length):
                alike = list(alike)
                self._run_alike([(sweep, values, responses) for values, responses in zip(individuals, found) for sweep in alike])
        except Exception as error:  # as ephys.protocols.SweepProtocol says it
            raise ephys.protocols.SweepProtocolException("Failed to run Neuron Sweep Protocol") from error
        return [dict((recording.name, responses[recording.name]) for sweep in sweeps for recording in sweep.recordings) for responses in found]

    def _run_alike(self, jobs):
        """Of (sweep, parameters, where responses go): sweeps that last alike."""
        with contextlib.ExitStack() as built:
            running = [built.enter_context(_built(sweep, self.cell_model, values, self.sim)) for sweep, values, _ in jobs]
            try:
                self.sim.run(running[0].total_duration, cvode_active=running[0].cvode_active)
            except MachineError:
                raise
            except (RuntimeError, ephys.simulators.NrnSimulatorException):
                if len(jobs) == 1:
                    return _add(jobs[0][2], {recording.name: None for recording in running[0].recordings})
            else:
                for sweep, (_, _, responses) in zip(running, jobs):
                    _add(responses, {recording.name: _response(recording) for recording in sweep.recordings})
                return None
        for job in jobs:  # one of them has diverged
            self._run_alike([job])


def _sweeps(protocol):
    """What a protocol consists of, where that is nothing but sweeps."""
    if type(protocol) is ephys.protocols.SequenceProtocol:
        parts = [_sweeps(part) for part in protocol.protocols]
        return None if None in parts else sum(parts, [])
    kind, plain = type(protocol), ephys.protocols.SweepProtocol
    known = isinstance(protocol, plain) and kind._run_func is plain._run_func and kind.run in (plain.run, SweepProtocol.run)
    return [protocol] if known else None


def _length(sweep):
    return sweep.total_duration, bool(sweep.cvode_active)


@contextlib.contextmanager
def _built(sweep, cell_model, values, sim):
    """A copy of a sweep with a cell of its own in NEURON, in which no other sweep is."""
    cell = copy.copy(cell_model)
    cell.freeze(values)
    before = [mechanism.deterministic for mechanism in cell.mechanisms] if sweep.deterministic else []
    try:
        own = copy.copy(sweep)
        own.stimuli, own.recordings = ([copy.copy(part) for part in parts] for parts in (sweep.stimuli, sweep.recordings))
        for mechanism in cell.mechanisms if sweep.deterministic else ():
            mechanism.deterministic = True
        cell.instantiate(sim=sim)
        own.instantiate(sim=sim, cell_model=cell)
    finally:
        for mechanism, was in zip(cell.mechanisms, before):
            mechanism.deterministic = was
        cell.unfreeze(values)
    try:
        yield own
    finally:
        own.destroy(sim=sim)
        cell.destroy(sim=sim)


def _response(recording):
    """As the recording says it, without lists of Python."""
    if type(recording) is ephys.recordings.CompRecording and recording.instantiated:
        return TimeVoltageResponse(recording.name, recording.tvector.as_numpy().copy(), recording.varvector.as_numpy().copy())
    return recording.response


def _add(responses, more):
    twice = responses.keys() & more.keys()
    if twice:
        raise ValueError(f"two protocols record under the name {sorted(twice)[0]}: give recordings different names")
    responses.update(more)


@functools.cache
def _read_dependencies_once():
    """eFEL reads and resolves its file of dependencies at each reset, in 12 ms, three times for a feature. The same file once more leaves what cppcore.Clear
    leaves, with which eFEL itself begins each trace."""
    from efel import cppcore
    if not hasattr(cppcore, "Clear"):
        return
    read, last = cppcore.Initialize, None

    @functools.wraps(read)
    def initialize(file, folder):
        nonlocal last
        if last == (file, folder):
            cppcore.Clear()
        else:
            read(file, folder)
            last = file, folder
    cppcore.Initialize = initialize
