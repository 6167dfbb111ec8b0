"""Where NEURON 9 keeps what layout.py is asked for, on 64-bit machines: offsets in bytes. Its numbers lie in columns, one for each variable of a mechanism and
for what nodes have, whose rows it sorts when the model changes. A structure has the address of its row's number; who looks at a variable has a handle, which is
that and where the address of the column is. What the library exports for mechanisms tells where columns are, and whether the offsets are right (misfit_of).
"""
import ctypes
import functools
from dataclasses import dataclass

import numpy

from .memory import block, function, pointers, read, symbol, word


class Node:
    row, rinv, prop, thread = 0, 24, 64, 96


class Prop:
    next, type, dparam, row = 8, 16, 24, 48  # type: int16


class Datum:
    """What instances keep besides numbers: how large one is, and where in it its value."""
    size, value = 40, 16


class Handle:
    row, column, dimension, element = 0, 16, 24, 28  # without a row, column is the variable's address; int32: of an array, how long and which
    GONE = -1  # in place of a row's number


class PreSyn:
    netcons, netcons_end, threshold, variable, object, times, ids, statement, record_id, gid = 48, 56, 72, 88, 120, 136, 144, 152, 188, 196


class QueueItem:
    event, time = 0, 8


class MembFunc:
    size, semantics = 176, 152


class Record:
    variable, first, second, third = 8, 64, 72, 80
    statement = {"VecPlayStep": 104, "VecPlayContinuous": 112}


class Reference:
    """What Python has of a hoc variable or function."""
    variable, symbol = 24, 56


RANDOM123 = {"ids": "_Z17nrnran123_getids3P15nrnran123_StatePjS1_S1_", "sequence": "_Z16nrnran123_getseqP15nrnran123_StatePjPc"}


def variables(at):
    """Where the variables are to which the handles at `at` lead; 0 for none."""
    at = numpy.asarray(at, numpy.int64)
    row_at, column_at = pointers(at, Handle.row), pointers(at, Handle.column)
    in_column = row_at != 0
    row = pointers(numpy.where(in_column, row_at, at))
    there = in_column & (row != Handle.GONE)
    column = pointers(numpy.where(there, column_at, at))
    address = column + 8 * (read(at, Handle.dimension, numpy.int32) * row + read(at, Handle.element, numpy.int32))
    return numpy.select([there & (column != 0), in_column], [address, 0], column_at)


def _rows(structures, offset):
    return pointers(pointers(structures, offset))


def _of_nodes(storage, nodes):
    """Addresses in a column that a member of NEURON's threads gives: the first thread begins at row 0."""
    first_thread = word(symbol("nrn_threads"))
    return function(storage, ctypes.c_void_p)(first_thread) + 8 * _rows(nodes, Node.row)


def voltages(nodes):
    """Addresses."""
    return _of_nodes("_ZN9NrnThread20node_voltage_storageEv", nodes)


def areas(nodes):
    """Addresses."""
    return _of_nodes("_ZN9NrnThread17node_area_storageEv", nodes)


@dataclass
class Numbers:
    """Of the instances of a mechanism; [fields] each of its variables, which may be arrays."""
    row: numpy.ndarray  # [n]
    column: numpy.ndarray  # addresses
    dimension: numpy.ndarray

    @property
    def width(self):
        return int(self.dimension.sum())

    def addresses(self):
        """[n, width]"""
        first = numpy.cumsum(self.dimension) - self.dimension  # numbers before those of the field
        of = numpy.repeat(numpy.arange(len(self.column)), self.dimension)
        element = numpy.arange(self.width) - first[of]
        return self.column[of] + 8 * (self.dimension[of] * self.row[:, None] + element)

    def stretches(self):
        """Of memory: where each begins and ends."""
        return self.column, self.column + 8 * self.dimension * (self.row.max(initial=-1) + 1)

    def at(self, stretch, offset):
        """(index of the instance, which of its numbers) there; None where none of these instances is."""
        row, element = divmod(offset // 8, int(self.dimension[stretch]))
        index = int(self.index_of_row[row])
        return (index, int(self.dimension[:stretch].sum()) + element) if index >= 0 else None

    @functools.cached_property
    def index_of_row(self):
        """-1 where a row is of none of these."""
        found = numpy.full(self.row.max(initial=-1) + 1, -1)
        found[self.row] = numpy.arange(len(self.row))
        return found


def numbers_of(kind, props):
    """Of the instances of mechanism number `kind` that lie at `props`: Numbers."""
    count = function("_ZN6neuron9mechanism15get_field_countIdEEii", ctypes.c_int, returns=ctypes.c_int)(kind)
    dimensions, columns = (function(f"_ZN6neuron9mechanism{name}", ctypes.c_int)(kind) for name in ("14get_array_dimsIdEEPKii", "13get_data_ptrsIdEEPKPT_i"))
    return Numbers(_rows(props, Prop.row), block(columns, count), block(dimensions, count, numpy.int32).astype(numpy.int64))


def _vector(at):
    """[n] What a vector of pointers holds."""
    return block(word(at), (word(at, 8) - word(at)) // 8)


def presyns(vector):
    """[n] The addresses of the PreSyns in NEURON's vector of them."""
    return _vector(vector) if vector else numpy.zeros(0, numpy.int64)


def records(vector):
    """[n] The addresses of what records and plays in NEURON's vector of them."""
    return _vector(vector).tolist() if vector else []


class _Handle(ctypes.Structure):
    _fields_ = [("words", ctypes.c_int64 * 4)]


def misfit_of(library, section):
    """What lies otherwise than here, in words, by what NEURON exports for mechanisms: nothing is followed that may lead nowhere. `section`: the address of one."""
    def ask(name, kind, at, *more, returns=ctypes.c_int64):
        return function(f"_Z{len(name)}{name}{kind}", ctypes.c_void_p, *[ctypes.c_int] * len(more), returns=returns)(int(at), *more)

    node = ask("_nrn_mechanism_get_node", "P7Sectioni", section, 0)
    if word(node, Node.thread) != ask("_nrn_mechanism_get_thread", "P4Node", node):
        return "its nodes lie"
    area = ask("_nrn_mechanism_get_area_handle", "P4Node", node, returns=_Handle)  # NEURON counts who has one: this one stays counted
    if word(node, Node.row) != area.words[Handle.row // 8] or int(voltages([node])[0]) != ask("_nrn_mechanism_access_voltage", "P4Node", node):
        return "the numbers of its nodes lie"
    prop = word(node, Node.prop)
    if not library.is_readable(prop, Prop.row + 8):
        return "its mechanisms lie"
    kind = ask("_nrn_mechanism_get_type", "P4Prop", prop, returns=ctypes.c_int)
    if not 0 < kind < ctypes.c_int.in_dll(library.library, "n_memb_func").value or int(read([prop], Prop.type, numpy.int16)[0]) != kind:
        return "its mechanisms lie"
    if word(prop, Prop.dparam) != word(ask("_nrn_mechanism_access_dparam", "P4Prop", prop)):
        return "its mechanisms lie"
    if numbers_of(kind, numpy.zeros(0, numpy.int64)).width:  # it has a first
        first = ask("_nrn_mechanism_get_param_handle", "P4PropN6neuron9container11field_indexE", prop, 0, returns=_Handle)
        if word(prop, Prop.row) != first.words[Handle.row // 8]:
            return "the numbers of its mechanisms lie"
        if int(variables([ctypes.addressof(first)])[0]) != int(numbers_of(kind, numpy.array([prop])).addresses()[0, 0]):
            return "the numbers of its mechanisms lie"
    return ""
