"""BluePyOpt's cells, built by NEURON as ever and run by Rall.

    import rall.bluepyopt
    sim = rall.bluepyopt.Simulator()                      # in the place of ephys.simulators.NrnSimulator
    step = rall.bluepyopt.SweepProtocol("step", [stimulus], [recording])     # ... of ephys.protocols.SweepProtocol

All else stays: cell models, locations, stimuli, recordings, features, evaluators, optimisations. Steps are fixed (`dt`, ms), as with
NrnSimulator(cvode_active=False): recordings are then NEURON's, step by step.

NrnSimulator runs each protocol in a process of its own, since a run may leave something behind in NEURON, whose variable step may never end. Rall's
protocols run in this one unless `isolate=True` is said: a run in Rall changes nothing in NEURON but what it records, and ends.
"""
from bluepyopt import ephys

from .errors import InputError
from .neuron import psolve

__all__ = ["Simulator", "SweepProtocol"]


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
