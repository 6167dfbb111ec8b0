"""Models that a live NEURON holds, run by Rall.

    rall.psolve(tstop)            in the place of NEURON's: recorded Vectors, spikes, v, states and t are then what NEURON would have
    rall.from_neuron()            what NEURON holds, read once, to run it or look at it
    rall.compare_neuron(tstop)    runs it in both and tells where they part first
"""
import functools
import tempfile
from pathlib import Path

from neuron import h

from .. import _rall
from .comparing import Comparison, compare, watched
from .extraction import Extraction
from .refusals import Refusal, Refused
from .writing import write

__all__ = ["Comparison", "FromNeuron", "Refusal", "Refused", "compare_neuron", "from_neuron", "psolve"]

@functools.cache
def _folder():
    """For texts of mechanisms that NEURON has and no file any more; as long as the process, since kernels of other settings are made from them later."""
    return tempfile.TemporaryDirectory(prefix="rall-mechanisms-")


_last = None  # the end of the run before: (NEURON's t then, what it left, which events waited in NEURON's queue, where they stay)


class FromNeuron:
    """The model that NEURON held when it was read, after finitialize. `mechanisms`: .mod files in the place of NEURON's texts of them.
    `ignore`: codes of refusals that do not matter here ("advance-redefined", where it only draws). `under_way`: NEURON has taken steps already."""

    def __init__(self, mechanisms=(), ignore=(), under_way=False):
        self.extraction = Extraction(_folder().name, [Path(file) for file in mechanisms], set(ignore), under_way)

    def run(self, tstop):
        """Runs it until tstop (ms) and writes to NEURON what it would have then."""
        global _last
        self.result = self._run(tstop)
        write(self.extraction, self.result)
        _last = (float(h.t), self.result["end"], self.extraction.waiting.events())
        return self

    def _run(self, tstop, watched=()):
        goes_on = bool(_last and self.extraction.step > 0 and _last[0] == self.extraction.t)
        if goes_on and any(self.extraction.streams):
            raise Refused([Refusal("random-generator", "a second psolve", "needs to know how many numbers streams have given in the first, which NEURON is not told")])
        if goes_on and self.extraction.own.instances:
            raise Refused([Refusal("random-generator", "a second psolve", "would find spikes of artificial cells that NEURON runs both in its queue and here")])
        model = _rall.LiveModel(self.extraction.description(tstop, watched, _last[2] if goes_on else ()), self.extraction.translated)
        result = model.run(_last[1] if goes_on else None)
        self.extraction.refuse_shared(result)
        return result

    def compare(self, tstop, tolerance=1e-3):
        """Runs it in Rall, then in NEURON, whose state it leaves: a Comparison. `tolerance`: of v, mV."""
        return compare(self.extraction, self._run(tstop, watched(self.extraction)), tolerance)


def from_neuron(mechanisms=(), ignore=()):
    """Reads the model that NEURON holds; call it after finitialize. Where h.t is below 0, NEURON runs it until there: Rall's time begins at 0. Throws Refused
    where there is what Rall cannot run, InputError."""
    before_zero = h.t < -h.dt / 2 and not h.CVode().active() and abs(round(h.t / h.dt) * h.dt - h.t) < 1e-6 * h.dt
    while before_zero and h.t < -h.dt / 2:
        h.fadvance()
    return FromNeuron(mechanisms, ignore, before_zero)


def psolve(tstop, mechanisms=(), ignore=()):
    """Runs the model that NEURON holds until `tstop` (ms), in the place of ParallelContext.psolve or continuerun."""
    from_neuron(mechanisms, ignore).run(tstop)


def compare_neuron(tstop, tolerance=1e-3, mechanisms=(), ignore=()):
    """Runs the model in Rall and in NEURON and tells where they part first."""
    return from_neuron(mechanisms, ignore).compare(tstop, tolerance)
