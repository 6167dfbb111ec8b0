"""Point processes and artificial cells: which there are, where, and how a connection finds them."""
from dataclasses import dataclass, field

import numpy
from neuron import h

from .layout import Datum, Object, PointProcess, Prop, numbers_of, objects_at
from .memory import pointers, read, write
from .trees import find


@dataclass
class Instances:
    """All of a mechanism that the model has. `objects` only of what is listed by objects."""
    kind: object
    sites: numpy.ndarray  # -1 of artificial cells
    props: numpy.ndarray  # addresses of what NEURON keeps of each
    points: numpy.ndarray = field(default_factory=lambda: numpy.zeros(0, numpy.int64))  # addresses of NEURON's Point_process
    numbers: numpy.ndarray = field(default_factory=lambda: numpy.zeros(0, numpy.int64))  # in their names: ExpSyn[3]

    def __len__(self):
        return len(self.sites)

    def name(self, index):
        return f"{self.kind.name}[{self.numbers[index]}]"

    def own_numbers(self):
        """Where their numbers are, looked up anew: NEURON 9 moves them when the model changes."""
        return numbers_of(self.kind.number, self.props)

    def addresses(self):
        """[instances, width] Of their numbers."""
        return self.own_numbers().addresses()

    def values(self):
        """[instances, width]"""
        return read(self.addresses())

    def write(self, values):
        """[instances, width]"""
        write(self.addresses(), values)

    def datum(self, k):
        """Addresses of the values of Datum number k, in which they keep what is no number."""
        return pointers(self.props, Prop.dparam) + (Datum.size * k + Datum.value)


def placed(kind, props):
    """The instances of a point process that has been placed, in the order of their numbers."""
    points = pointers(Instances(kind, props.site, props.at).datum(1))  # as NEURON keeps it beside the area
    numbers = read(pointers(points, PointProcess.object), Object.index, numpy.int32)
    order = numpy.argsort(numbers, kind="stable")
    return Instances(kind, props.site[order], props.at[order], points[order], numbers[order])


def artificial(kind):
    """Those of an artificial cell."""
    listed = h.List(kind.name)
    objects = [listed.o(i) for i in range(int(listed.count()))]
    at = objects_at(objects)
    points = pointers(at, Object.this)
    return Instances(kind, numpy.full(len(objects), -1), pointers(points, PointProcess.prop), points, read(at, Object.index, numpy.int32))


class Finder:
    """Which instance a Point_process is: (number of the mechanism among `all`, index)."""

    def __init__(self, all_instances):
        self.points = numpy.concatenate([x.points for x in all_instances] or [numpy.zeros(0, numpy.int64)])
        self.of = numpy.repeat(numpy.arange(len(all_instances)), [len(x.points) for x in all_instances])
        self.index = numpy.concatenate([numpy.arange(len(x.points)) for x in all_instances] or [numpy.zeros(0, int)])
        self.order = numpy.argsort(self.points, kind="stable")

    def __call__(self, points):
        found = find(points, self.points, self.order)
        return numpy.where(found >= 0, self.of[found] if len(self.of) else -1, -1), numpy.where(found >= 0, self.index[found] if len(self.index) else -1, -1)

    def place(self, points):
        """Which of all that it knows, in their order; -1 of others."""
        return find(points, self.points, self.order)
