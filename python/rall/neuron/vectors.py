"""Vectors that record and play."""
from dataclasses import dataclass

import numpy
from neuron import h

from . import memory
from .layout import Object, Record, address, objects_at, variables
from .memory import pointers, word
from .refusals import Refusal


@dataclass
class Recording:
    """A Vector that takes samples: at every step, every `interval` ms, or at `times` (ms)."""
    vector: object  # hoc's
    variable: object  # addresses.Variable; None of t
    interval: float = 0
    times: object = None


@dataclass
class Playing:
    """A Vector that moves a variable: by steps, or by straight lines between `times` (ms)."""
    variable: object
    times: numpy.ndarray
    values: numpy.ndarray
    linear: bool


class Vectors:
    """All Vectors of hoc and Python, by where NEURON keeps them."""

    def __init__(self):
        listed = h.List("Vector")
        self.all = [listed.o(i) for i in range(int(listed.count()))]
        objects = objects_at(self.all)
        self.at = dict(zip(pointers(objects, Object.this).tolist(), self.all)) | dict(zip(objects.tolist(), self.all))

    def __call__(self, at):
        return self.at.get(at)


def double(at, offset):
    return float(memory.read([at], offset)[0])


def read_vectors(library, vectors, addresses, own, refuse):
    """What records, what plays. Statements are left to `own` cells, where there are some."""
    recordings, playings = [], []
    t_at = address(h._ref_t)
    records = library.records()
    looked_at = variables(numpy.array([record for record, _ in records], numpy.int64) + Record.variable)
    for (record, kind), variable_at in zip(records, looked_at.tolist()):
        if kind in ("GLineRecord", "GVectorRecord"):  # a graph's, which only draws
            continue
        vector = vectors(word(record, Record.first))
        if kind == "TvecRecord":
            recordings.append(Recording(vector, None))
            continue
        if kind.startswith("another"):
            refuse.add(Refusal("record-kind", "a recorder of graphs or statements", "is called by NEURON at each step"))
            continue
        if kind in Record.statement and word(record, Record.statement[kind]):
            if kind == "VecPlayStep" and own.instances:
                own.statements.append(str(vector))
                continue
            refuse.add(Refusal("record-kind", f"{vector}.play of a statement", "is run by NEURON as time goes on"))
            continue
        variable = addresses(variable_at)
        plays = kind.startswith("VecPlay")
        if variable is None and not (variable_at == t_at and not plays):
            what = "plays into" if plays else "records"
            refuse.add(Refusal("vector-variable", str(vector), f"{what} what is no variable of a segment, mechanism or ion"))
            continue
        if kind == "YvecRecord":
            recordings.append(Recording(vector, variable))
        elif kind == "VecRecordDt":
            recordings.append(Recording(vector, variable, interval=double(record, Record.second)))
        elif kind == "VecRecordDiscrete":
            recordings.append(Recording(vector, variable, times=memory.numbers(vectors(word(record, Record.second)))))
        else:
            values = memory.numbers(vector)
            times = vectors(word(record, Record.second))
            times = memory.numbers(times) if times is not None else numpy.arange(len(values)) * double(record, Record.third)
            playings.append(Playing(variable, times[:len(values)], values[:len(times)], kind == "VecPlayContinuous"))
    return recordings, playings
