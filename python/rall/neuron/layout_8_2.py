"""Where NEURON 8.2 keeps what layout.py is asked for, on 64-bit machines: offsets in bytes. A structure's numbers lie side by side, and who looks at a variable
has its address.
"""
from dataclasses import dataclass

import numpy

from .memory import block, pointers, read, word


class Node:
    v, area, rinv, prop, thread = 0, 8, 16, 72, 104


class Prop:
    next, type, size, param, dparam = 0, 8, 12, 16, 24  # type: int16; size: int32, numbers in param


class Datum:
    """What instances keep besides numbers: how large one is, and where in it its value."""
    size, value = 8, 0


class PreSyn:
    netcons, netcons_end, threshold, variable, object, times, ids, statement, record_id, gid = 48, 56, 72, 88, 96, 112, 120, 128, 172, 180


class QueueItem:
    event, time = 8, 16


class MembFunc:
    size, semantics = 176, 168


class Record:
    variable, first, second, third = 8, 40, 48, 56
    statement = {"VecPlayStep": 80, "VecPlayContinuous": 88}


class Reference:
    """What Python has of a hoc variable or function."""
    variable, symbol = 24, 32


RANDOM123 = {"ids": "nrnran123_getids3", "sequence": "nrnran123_getseq"}


def variables(at):
    """Where the variables are to which what is kept at `at` leads; 0 for none."""
    return pointers(at)


def voltages(nodes):
    """Addresses."""
    return pointers(nodes, Node.v)


def areas(nodes):
    """Addresses."""
    return numpy.asarray(nodes, numpy.int64) + Node.area


@dataclass
class Numbers:
    """Of the instances of a mechanism."""
    param: numpy.ndarray  # [n] addresses of the first
    width: int

    def addresses(self):
        """[n, width]"""
        return self.param[:, None] + 8 * numpy.arange(self.width)

    def stretches(self):
        """Of memory: where each begins and ends."""
        return self.param, self.param + 8 * self.width

    def at(self, stretch, offset):
        """(index of the instance, which of its numbers) there."""
        return stretch, offset // 8


def numbers_of(_kind, props):
    """Of the instances of mechanism number `_kind` that lie at `props`: Numbers."""
    return Numbers(pointers(props, Prop.param), int(read(props[:1], Prop.size, numpy.int32)[0]) if len(props) else 0)


def presyns(head):
    """[n] The addresses of the PreSyns in NEURON's list of them."""
    found, item = [], word(head, 8) if head else head
    while item != head:
        found.append(word(item))
        item = word(item, 8)
    return numpy.array(found, numpy.int64)


class List:
    """Of InterViews: a growing array with a gap."""
    items, size, count, gap = 0, 8, 16, 24


def records(head):
    """[n] The addresses of what records and plays in NEURON's list of them."""
    n, size, gap = word(head, List.count), word(head, List.size), word(head, List.gap)
    items = block(word(head), size)
    return [int(items[i if i < gap else i + size - n]) for i in range(n)]


def misfit_of(_library, _section):
    """What lies otherwise than here, in words, as far as NEURON tells before anything is read: nothing."""
    return ""
