"""Point processes and artificial cells: which there are, where, and how a connection finds them."""
from dataclasses import dataclass, field

import numpy
from neuron import h

from . import memory
from .memory import Object, PointProcess, pointers, read
from .trees import find


@dataclass
class Instances:
    """All of a mechanism that the model has. `objects` only of what is listed by objects."""
    kind: object
    sites: numpy.ndarray  # -1 of artificial cells
    param: numpy.ndarray  # addresses of their numbers
    dparam: numpy.ndarray
    width: int
    points: numpy.ndarray = field(default_factory=lambda: numpy.zeros(0, numpy.int64))  # addresses of NEURON's Point_process
    numbers: numpy.ndarray = field(default_factory=lambda: numpy.zeros(0, numpy.int64))  # in their names: ExpSyn[3]

    def __len__(self):
        return len(self.sites)

    def name(self, index):
        return f"{self.kind.name}[{self.numbers[index]}]"

    def values(self):
        """[instances, width]"""
        return read((self.param[:, None] + 8 * numpy.arange(self.width)).ravel()).reshape(len(self), self.width)


def placed(kind, props):
    """The instances of a point process that has been placed, in the order of their numbers."""
    points = pointers(props.dparam, 8)  # as NEURON keeps it beside the area
    numbers = read(pointers(points, PointProcess.object), Object.index, numpy.int32)
    order = numpy.argsort(numbers, kind="stable")
    return Instances(kind, props.site[order], props.param[order], props.dparam[order], int(props.size[0]), points[order], numbers[order])


def artificial(kind):
    """Those of an artificial cell."""
    listed = h.List(kind.name)
    objects = [listed.o(i) for i in range(int(listed.count()))]
    at = memory.objects_at(objects)
    points = pointers(at, Object.this)
    props = pointers(points, PointProcess.prop)
    width = int(read(props[:1], memory.Prop.size, numpy.int32)[0]) if len(props) else 0
    return Instances(kind, numpy.full(len(objects), -1), pointers(props, memory.Prop.param), pointers(props, memory.Prop.dparam), width, points,
                     read(at, Object.index, numpy.int32))


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
