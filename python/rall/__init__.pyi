from ._rall import __version__ as __version__
from .errors import Error as Error, InputError as InputError, InputWarning as InputWarning, MachineError as MachineError, UsageError as UsageError
from .model import Model as Model, Place as Place, example as example
from .morphology import Morphology as Morphology
from .neuron import compare_neuron as compare_neuron, from_neuron as from_neuron, psolve as psolve
from .simulation import Simulation as Simulation, set_threads as set_threads, threads as threads
from .studies import channel as channel, sweep as sweep

__all__: list[str]
