"""What lies where in NEURON's structures, in bytes. What all versions have is here; the rest is of the version that runs: layout_8_2.py or layout_9.py.

    pointers(presyns, PreSyn.object)       read by memory.py
    address(segment._ref_v)                where a variable is
    numbers_of(kind, props).addresses()    where the instances of a mechanism have their numbers

misfit() and verify() compare what is read so with what NEURON itself says, so that a NEURON that was built otherwise is refused instead of misread.
"""
import neuron
import numpy
from neuron import h

from .memory import block, pointers, read, word

KNOWN = neuron.__version__.startswith(("8.2", "9."))
if neuron.__version__.startswith("9."):
    from .layout_9 import (RANDOM123, Datum, MembFunc, Node, PreSyn, Prop, QueueItem, Record, Reference, areas, misfit_of, numbers_of, presyns,
                           records, variables, voltages)
else:
    from .layout_8_2 import (RANDOM123, Datum, MembFunc, Node, PreSyn, Prop, QueueItem, Record, Reference, areas, misfit_of, numbers_of,
                             presyns, records, variables, voltages)

__all__ = ["KNOWN", "RANDOM123", "Datum", "FunctionTable", "HocEvent", "MembFunc", "NetCon", "Node", "Object", "PointProcess", "PreSyn", "Prop", "QueueItem",
           "Rand", "Record", "Section", "SelfEvent", "address", "areas", "is_redefined", "misfit", "numbers_of", "objects_at", "presyns", "records", "sections_at",
           "variables", "verify", "voltages"]


class Object:
    index, this = 4, 8  # int32: the number in its name; what a built-in class keeps


class Section:
    nnode, parent, parent_node, nodes = 4, 8, 32, 40  # nnode: int16


class PointProcess:
    node, prop, object = 8, 16, 24


class NetCon:
    delay, source, target, weight, object, n_weights, active = 8, 16, 24, 32, 40, 48, 52  # active: one byte, what follows it is anything


class SelfEvent:
    flag, target = 8, 16


class HocEvent:
    statement = 8


class FunctionTable:
    """What a FUNCTION_TABLE's variable leads to. args: of each argument how many points (int32), an array x of them or 0, and the first and last."""
    numbers, args, size = 0, 8, 24
    x, first, last, arg_size = 8, 16, 24, 40


class Rand:
    """Of class Random: its generator, of which the first word is a virtual table and the second a state, and which generator it is."""
    generator, state, type = 0, 8, 16


# ---- what Python's wrappers of NEURON's things hold ----

def address(reference):
    """Where the variable of a reference (segment._ref_v) lies."""
    return int(variables([id(reference) + Reference.variable])[0])


def sections_at(sections):
    """The address of each section's structure."""
    return pointers([id(section) for section in sections], 16)


def objects_at(objects):
    """The address of each hoc object (a Vector, a NetCon, a point process)."""
    return pointers([id(o) for o in objects], 16)


def is_redefined(procedure, body):
    """Does a procedure of hoc do anything else than `body`? Compares what hoc has made of them."""
    if not hasattr(h, procedure):
        return False
    if not hasattr(h, "rall_plain_" + procedure):
        h(f"proc rall_plain_{procedure}() {{ {body} }}")

    def code(name):
        function = getattr(h, name)
        compiled = word(word(id(function), Reference.symbol), 16)
        return block(word(compiled), word(compiled, 8))
    return not numpy.array_equal(code(procedure), code("rall_plain_" + procedure))


def misfit(library):
    """What lies otherwise than here, in words, as far as that can be told before any of it is followed; nothing where all fits."""
    section = next(iter(h.allsec()), None)
    return misfit_of(library, int(sections_at([section])[0])) if section is not None else ""


def verify(trees):
    """What lies otherwise than here, in words; nothing where what is read is what NEURON says."""
    for site in range(min(3, trees.n_compartments)):
        section = trees.sections[trees.section[site]]
        k = site - int(trees.first[trees.section[site]])
        segment = list(section)[section.nseg - 1 - k if section.orientation() else k]
        if trees.v_at[site] != address(segment._ref_v) or trees.area[site] != segment.area() or abs(trees.resistance[site] - segment.ri()) > 1e-9 * segment.ri():
            return "its segments lie"
    wires = h.List("NetCon")
    if wires.count():
        wire = wires.o(0)
        at = word(objects_at([wire])[0], Object.this)
        source = word(at, NetCon.source)
        if read([at], NetCon.delay)[0] != wire.delay or (source and read([source], PreSyn.threshold)[0] != wire.threshold):
            return "its NetCons lie"
    return ""
