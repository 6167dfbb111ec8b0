"""NEURON's memory, where its interpreter has no words for what it holds: which variable a Vector records, where a POINTER leads, the
values of a hundred thousand instances at once.

    read(addresses, offset)      one number of each of many structures, as numpy
    Node.v, Prop.param, ...      where in NEURON's structures they lie, in bytes
    address(segment._ref_v)      where a variable is

Offsets are those of NEURON 8.2 on 64-bit machines. verify() compares what is read through them with what NEURON itself says, so that a
NEURON that was built otherwise is refused instead of misread.
"""
import contextlib
import ctypes
import functools

import neuron
import numpy
from neuron import h


BEGIN, END = 1 << 12, 1 << 47  # of what addresses a process has


@functools.cache
def _all(dtype):
    """All of this process' memory as numbers of one kind. Only what is looked at needs to be there."""
    return numpy.frombuffer((ctypes.c_char * (END - BEGIN)).from_address(BEGIN), dtype)


def read(addresses, offset=0, dtype=numpy.float64):
    """The number at `offset` bytes behind each address, [n]."""
    dtype = numpy.dtype(dtype)
    return _all(dtype)[(numpy.asarray(addresses, numpy.int64) + (offset - BEGIN)) // dtype.itemsize]


def write(addresses, values):
    """Doubles to these addresses."""
    _all(numpy.dtype(numpy.float64))[(numpy.asarray(addresses, numpy.int64) - BEGIN) // 8] = values


def write_bytes(addresses, value):
    for at in addresses.tolist():
        ctypes.c_uint8.from_address(at).value = value


def pointers(addresses, offset=0):
    return read(addresses, offset, numpy.int64)


def block(address, n, dtype=numpy.int64):
    """n numbers that lie side by side."""
    dtype = numpy.dtype(dtype)
    return numpy.frombuffer((ctypes.c_char * (int(n) * dtype.itemsize)).from_address(int(address)), dtype).copy() if n else numpy.zeros(0, dtype)


def word(address, offset=0):
    return ctypes.c_int64.from_address(int(address) + offset).value


def numbers(vector):
    """A copy of hoc's Vector."""
    return vector.as_numpy().copy() if vector.size() else numpy.zeros(0)


# ---- what Python's wrappers of NEURON's things hold ----

def address(reference):
    """Where the variable of a reference (segment._ref_v) lies."""
    return word(id(reference), 24)


def addresses_of(references):
    return pointers([id(reference) for reference in references], 24)


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
        compiled = word(word(id(function), 32), 16)
        return block(word(compiled), word(compiled, 8))
    return not numpy.array_equal(code(procedure), code("rall_plain_" + procedure))


class Object:
    index, this, = 4, 8  # int32: the number in its name; what a built-in class keeps


class Section:
    nnode, parent_node, nodes = 4, 32, 40  # nnode: int16


class Node:
    v, area, rinv, prop, section, thread, index = 0, 8, 16, 72, 88, 104, 124  # index: int32, in its section; of a root -1


class Prop:
    next, type, size, param, dparam, object = 0, 8, 12, 16, 24, 40  # type: int16; size: int32, numbers in param


class PointProcess:
    node, prop, object = 8, 16, 24


class NetCon:
    delay, source, target, weight, object, n_weights, active = 8, 16, 24, 32, 40, 48, 52  # active: one byte, what follows it is anything


class QueueItem:
    event, time = 8, 16


class SelfEvent:
    flag, target = 8, 16


class HocEvent:
    statement = 8


class PreSyn:
    netcons, netcons_end, threshold, variable, object, section, times, ids, statement, record_id, output_index, gid = (
        48, 56, 72, 88, 96, 104, 112, 120, 128, 172, 176, 180)


class MembFunc:
    size, semantics = 176, 168


class FunctionTable:
    """What a FUNCTION_TABLE's variable leads to. args: of each argument how many points (int32), an array x of them or 0, and the first and last."""
    numbers, args, size = 0, 8, 24
    x, first, last, arg_size = 8, 16, 24, 40


class Rand:
    """Of class Random: its generator, of which the first word is a virtual table and the second a state, and which generator it is."""
    generator, state, type = 0, 8, 16


class Record:
    variable, first, second, third = 8, 40, 48, 56
    statement = {"VecPlayStep": 80, "VecPlayContinuous": 88}


class List:
    """Of InterViews: a growing array with a gap."""
    items, size, count, gap = 0, 8, 16, 24


KNOWN = neuron.__version__.startswith("8.2")


def verify(trees):
    """Why this NEURON's memory cannot be read, in words; nothing where what is read is what NEURON says."""
    for site in range(min(3, trees.n_compartments)):
        section = trees.sections[trees.section[site]]
        k = site - int(trees.first[trees.section[site]])
        segment = list(section)[section.nseg - 1 - k if section.orientation() else k]
        if trees.v_at[site] != address(segment._ref_v) or trees.area[site] != segment.area() or abs(trees.resistance[site] - segment.ri()) > 1e-9 * segment.ri():
            return "was built so that its segments lie otherwise in memory"
    wires = h.List("NetCon")
    if wires.count():
        wire = wires.o(0)
        at = word(objects_at([wire])[0], Object.this)
        source = word(at, NetCon.source)
        if read([at], NetCon.delay)[0] != wire.delay or (source and read([source], PreSyn.threshold)[0] != wire.threshold):
            return "was built so that its NetCons lie otherwise in memory"
    return ""


# ---- the library ----

@functools.cache
def _libnrniv():
    with open("/proc/self/maps") as maps:
        return ctypes.CDLL(next(line.split()[-1] for line in maps if "libnrniv" in line))


class Library:
    """What libnrniv exports beyond NEURON's interpreter."""

    def __init__(self):
        self.library = _libnrniv()
        kinds = ("YvecRecord", "TvecRecord", "VecRecordDt", "VecRecordDiscrete", "VecPlayStep", "VecPlayContinuous", "GLineRecord", "GVectorRecord")
        self.kind_at = {self.symbol(f"_ZTV{len(kind)}{kind}") + 16: kind for kind in kinds if hasattr(self.library, f"_ZTV{len(kind)}{kind}")}

        self.event_at = {self.symbol(f"_ZTV{len(kind)}{kind}") + 16: kind for kind in ("NetCon", "SelfEvent", "HocEvent")}

    @functools.cached_property
    def maps(self):
        """[n] stretches of this process' memory: (begin, end, rights, file)."""
        with open("/proc/self/maps") as maps:
            lines = [line.split() for line in maps]
        return [(*(int(x, 16) for x in line[0].split("-")), line[1], line[5] if len(line) > 5 else "") for line in lines]

    def symbol(self, name):
        return ctypes.addressof(ctypes.c_char.in_dll(self.library, name))

    def call(self, name):
        function = getattr(self.library, name)
        function.restype, function.argtypes = ctypes.c_int64, []
        return function()

    def is_settled(self):
        """Has NEURON laid out its memory since the model last changed? It does so in finitialize, and moves what it holds."""
        return not any(ctypes.c_int.in_dll(self.library, name).value for name in ("tree_changed", "diam_changed", "v_structure_change"))

    @contextlib.contextmanager
    def unmoved(self):
        """While NEURON makes what belongs to no section (a MechanismStandard): it would lay out its memory anew in the next step for it, away from
        where all has been found."""
        changed = ctypes.c_int.in_dll(self.library, "v_structure_change")
        before = changed.value
        try:
            yield
        finally:
            changed.value = before

    def sources(self):
        """[n] What NEURON calls PreSyns: where events come from."""
        head = self.call("_Z22net_cvode_instance_pslv")
        found, item = [], word(head, 8) if head else head
        while item != head:
            found.append(word(item))
            item = word(item, 8)
        return numpy.array(found, numpy.int64)

    def records(self):
        """[n] Vectors that record or play: the address of each, and its kind."""
        head = self.call("_Z22net_cvode_instance_prlv")
        n, size, gap = word(head, List.count), word(head, List.size), word(head, List.gap)
        items = block(word(head), size)
        found = [int(items[i if i < gap else i + size - n]) for i in range(n)]
        return [(record, self.kind_at.get(word(record), "another kind of record")) for record in found]

    def threads(self, trees):
        """The addresses of NEURON's threads that have something of the model."""
        first = ctypes.c_int64.in_dll(self.library, "nrn_threads").value
        return sorted({first, *pointers(trees.nodes, Node.thread).tolist()})

    def of_thread(self, name):
        """A function of the library that takes a thread."""
        function = getattr(self.library, name)
        function.restype, function.argtypes = None, [ctypes.c_void_p]
        return function

    def queue(self, threads):
        """Of each event that waits: its kind, where it is, and when it is due (ms)."""
        found = []
        take = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int)(lambda item, _: found.append(item))
        of_thread = self.library._Z30net_cvode_instance_event_queueP9NrnThread
        of_thread.restype, of_thread.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
        each = self.library._ZN6TQueue15forall_callbackEPFvPK6TQItemiE
        each.restype, each.argtypes = None, [ctypes.c_void_p, type(take)]
        for thread in threads:
            each(of_thread(int(thread)), take)
        events = pointers(found, QueueItem.event)
        return [(self.event_at.get(word(event)), int(event), time) for event, time in zip(events, read(found, QueueItem.time).tolist())]

    def semantics(self, kind):
        """[n] what each Datum of a mechanism's instances is, in NEURON's codes."""
        table = ctypes.c_int64.in_dll(self.library, "memb_func").value
        sizes = ctypes.c_int64.in_dll(self.library, "nrn_prop_dparam_size_").value
        size = ctypes.c_int32.from_address(sizes + 4 * kind).value
        at = word(table, MembFunc.size * kind + MembFunc.semantics)
        return block(at, size, numpy.int32) if at and size else numpy.zeros(0, numpy.int32)

    def is_readable(self, at, size):
        """Is there memory for `size` bytes?"""
        return any(begin <= at and at + size <= end for begin, end, rights, _ in self.maps if rights.startswith("r"))

    def variables_beside(self, kind):
        """[n] the words that the library of a mechanism keeps in its variables."""
        code = word(ctypes.c_int64.in_dll(self.library, "memb_func").value, MembFunc.size * kind)
        file = next((file for begin, end, _, file in self.maps if begin <= code < end), "")
        found, before = [], ""
        for begin, end, rights, of in self.maps:
            own = of or before  # variables without a first value lie behind the others, in memory of no file
            if file and own == file and rights.startswith("rw"):
                found.append(block(begin, (end - begin) // 8))
            before = own
        return numpy.unique(numpy.concatenate(found)).tolist() if found else []

    def is_object(self, at):
        """Is there an object of a class of NEURON's, which begins with the address of a virtual table in the library?"""
        def where(at):
            return next(("libnrniv" in file for begin, end, rights, file in self.maps if rights.startswith("r") and begin <= at < end - 8), None)
        return where(at) is not None and bool(where(word(at)))

    def random123(self, state):
        """The three ids of a stream of Random123, and how many numbers it has given."""
        ids, sequence, which = (ctypes.c_uint32 * 3)(), ctypes.c_uint32(), ctypes.c_char()
        at = [ctypes.byref(ids, 4 * k) for k in range(3)]
        self.library.nrnran123_getids3(ctypes.c_void_p(state), *at)
        self.library.nrnran123_getseq(ctypes.c_void_p(state), ctypes.byref(sequence), ctypes.byref(which))
        return ids[0], ids[1], ids[2], 4 * sequence.value + which.value[0]

    def random123_globalindex(self):
        function = self.library._Z25nrnran123_get_globalindexv
        function.restype, function.argtypes = ctypes.c_uint32, []
        return function()
