"""Events that wait in NEURON's queue: of NetCons, and of instances to themselves."""
from dataclasses import dataclass

import numpy
from neuron import h

from . import memory
from .memory import NetCon, Object, pointers, read

NETCONS, SELF = 2, 3  # kinds of CVode.event_queue_info


@dataclass
class Waiting:
    """Events that NetCons will deliver; [n] each, those of a NetCon one after the other, ascending."""
    netcon: numpy.ndarray
    time: numpy.ndarray  # ms
    of: numpy.ndarray  # the target
    index: numpy.ndarray
    weight: numpy.ndarray


def waiting(finder):
    times, listed = h.Vector(), h.List()
    h.CVode().event_queue_info(NETCONS, times, listed)
    at = pointers(memory.objects_at([listed.o(i) for i in range(int(listed.count()))]), Object.this)
    time = memory.numbers(times)
    order = numpy.lexsort((time, at))
    at, time = at[order], time[order]
    target, active = pointers(at, NetCon.target), read(at, NetCon.active, numpy.int32)
    used = (target != 0) & (active != 0)
    at, time, target = at[used], time[used], target[used]
    has_weight = read(at, NetCon.n_weights, numpy.int32) > 0
    weight = numpy.where(has_weight, read(numpy.where(has_weight, pointers(at, NetCon.weight), at)), 0)
    return Waiting(at, time, *finder(target), weight)
