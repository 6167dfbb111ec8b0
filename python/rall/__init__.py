"""Rall: neurons with their real shapes, fast."""

from ._rall import __version__
from .errors import Error, InputError, MachineError, UsageError

__all__ = ["Error", "InputError", "MachineError", "UsageError", "__version__"]


def __getattr__(name):
    """What needs NEURON is loaded when it is asked for."""
    if name in ("compare_neuron", "from_neuron", "psolve"):
        from . import neuron
        return getattr(neuron, name)
    raise AttributeError(f"module 'rall' has no attribute '{name}'")
