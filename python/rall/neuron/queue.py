"""Events that wait in NEURON's queue: of NetCons, and of instances to themselves."""
from dataclasses import dataclass

import numpy

from .layout import HocEvent, NetCon, SelfEvent
from .memory import pointers, read, word
from .refusals import Refusal


@dataclass
class Waiting:
    """Events that NetCons will deliver; [n] each, those of a NetCon one after the other, ascending."""
    netcon: numpy.ndarray
    time: numpy.ndarray  # ms
    of: numpy.ndarray  # the target
    index: numpy.ndarray
    weight: numpy.ndarray

    def events(self):
        """{(NetCon, when)}"""
        return set(zip(self.netcon.tolist(), self.time.tolist()))

    def still_to_come(self, t, seen):
        """Those that a run until `t` (ms) that found the events `seen` there has not delivered."""
        rest = [k for k, event in enumerate(zip(self.netcon.tolist(), self.time.tolist())) if event[1] > t or event not in seen]
        return Waiting(*(values[rest] for values in (self.netcon, self.time, self.of, self.index, self.weight)))


def waiting(library, trees, finder, refuse):
    """Waiting; and of events that instances have sent themselves {"of", "index": whose, "time": ms, "flag"}, [n] each."""
    events = library.queue(library.threads(trees))
    for kind, at, time in events:
        if kind == "HocEvent" and word(at, HocEvent.statement):
            refuse.add(Refusal("queue-statement", f"CVode.event at {time:g} ms", "runs a statement in the middle of the run"))
    own = [(at, time) for kind, at, time in events if kind == "SelfEvent"]
    at, time = numpy.array([x for x, _ in own], numpy.int64), numpy.array([x for _, x in own], float)
    of, index = finder(pointers(at, SelfEvent.target))
    known = of >= 0
    to_themselves = {"of": of[known], "index": index[known], "time": time[known], "flag": read(at, SelfEvent.flag)[known]}
    return of_netcons([(at, time) for kind, at, time in events if kind == "NetCon"], finder), to_themselves


def of_netcons(events, finder):
    at, time = numpy.array([x for x, _ in events], numpy.int64), numpy.array([x for _, x in events], float)
    order = numpy.lexsort((time, at))
    at, time = at[order], time[order]
    target, active = pointers(at, NetCon.target), read(at, NetCon.active, numpy.bool_)
    of, index = finder(target)
    used = (target != 0) & active & (of >= 0)
    at, time, of, index = at[used], time[used], of[used], index[used]
    has_weight = read(at, NetCon.n_weights, numpy.int32) > 0
    weight = numpy.where(has_weight, read(numpy.where(has_weight, pointers(at, NetCon.weight), at)), 0)
    return Waiting(at, time, of, index, weight)
