"""Rall: neurons with their real shapes, fast.

    import rall
    model = rall.Model(rall.example("pyramidal"))
    sim = rall.Simulation(model)
    sim.run(500)
    sim.reports.v_soma.plot()

Morphology   reads a reconstruction          Model       a config, or built step by step
Simulation   a model that runs               sweep       many members that differ in parameters
channel      channels under a voltage clamp  InputError  what is wrong, where, and what to do

Units: mV, ms, nA, mA/cm2, uF/cm2, S/cm2, uS, um, ohm cm, mM, degC. docs/python.md is the manual.
"""

import os as _os

# Threads that wait keep no cores from others: read when OpenMP's library is loaded, and explained, in app/waits.hpp.
_is_said = {"OMP_WAIT_POLICY", "GOMP_SPINCOUNT"} & _os.environ.keys()
if not _is_said:
    _os.environ["GOMP_SPINCOUNT"] = "2000"
from ._rall import __version__
if not _is_said:
    del _os.environ["GOMP_SPINCOUNT"]
from .errors import Error, InputError, InputWarning, MachineError, UsageError
from .model import Model, Place, example
from .morphology import Morphology
from .simulation import Simulation, set_threads, threads
from .studies import channel, sweep

__all__ = ["Error", "InputError", "InputWarning", "MachineError", "Model", "Morphology", "Place", "Simulation", "UsageError", "__version__", "channel",
           "example", "set_threads", "sweep", "threads"]


def __getattr__(name):
    """What needs NEURON is loaded when it is asked for."""
    if name in ("compare_neuron", "from_neuron", "psolve"):
        from . import neuron
        return getattr(neuron, name)
    raise AttributeError(f"module 'rall' has no attribute '{name}'")
