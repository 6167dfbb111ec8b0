"""Rall: neurons with their real shapes, fast."""

from ._rall import __version__
from .errors import Error, InputError, MachineError, UsageError

__all__ = ["Error", "InputError", "MachineError", "UsageError", "__version__"]
