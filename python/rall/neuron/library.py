"""What libnrniv exports beyond NEURON's interpreter, of which names are those of versions 8.2 and 9 alike unless layout.py tells them apart."""
import contextlib
import ctypes
import functools

import numpy

from . import memory
from .layout import RANDOM123, MembFunc, Node, QueueItem, presyns, records
from .memory import block, function, pointers, read, symbol, word


class Library:
    def __init__(self):
        self.library = memory.library()
        kinds = ("YvecRecord", "TvecRecord", "VecRecordDt", "VecRecordDiscrete", "VecPlayStep", "VecPlayContinuous", "GLineRecord", "GVectorRecord")
        self.kind_at = {symbol(f"_ZTV{len(kind)}{kind}") + 16: kind for kind in kinds if hasattr(self.library, f"_ZTV{len(kind)}{kind}")}

        self.event_at = {symbol(f"_ZTV{len(kind)}{kind}") + 16: kind for kind in ("NetCon", "SelfEvent", "HocEvent")}

    @functools.cached_property
    def maps(self):
        """[n] stretches of this process' memory: (begin, end, rights, file)."""
        with open("/proc/self/maps") as maps:
            lines = [line.split() for line in maps]
        return [(*(int(x, 16) for x in line[0].split("-")), line[1], line[5] if len(line) > 5 else "") for line in lines]

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
        return presyns(function("_Z22net_cvode_instance_pslv")())

    def records(self):
        """[n] Vectors that record or play: the address of each, and its kind."""
        return [(record, self.kind_at.get(word(record), "another kind of record")) for record in records(function("_Z22net_cvode_instance_prlv")())]

    def threads(self, trees):
        """The addresses of NEURON's threads that have something of the model."""
        first = ctypes.c_int64.in_dll(self.library, "nrn_threads").value
        return sorted({first, *pointers(trees.nodes, Node.thread).tolist()})

    def of_thread(self, name):
        """A function of the library that takes a thread."""
        return function(name, ctypes.c_void_p, returns=None)

    def queue(self, threads):
        """Of each event that waits: its kind, where it is, and when it is due (ms)."""
        found = []
        take = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int)(lambda item, _: found.append(item))
        of_thread = function("_Z30net_cvode_instance_event_queueP9NrnThread", ctypes.c_void_p)
        each = function("_ZN6TQueue15forall_callbackEPFvPK6TQItemiE", ctypes.c_void_p, ctypes.c_void_p, returns=None)
        for thread in threads:
            each(of_thread(int(thread)), ctypes.cast(take, ctypes.c_void_p))
        events = pointers(found, QueueItem.event)
        return [(self.event_at.get(word(event)), int(event), time) for event, time in zip(events, read(found, QueueItem.time).tolist())]

    def semantics(self, kind):
        """[n] what each Datum of a mechanism's instances is, in NEURON's codes."""
        table = word(symbol("memb_func"))
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
        function(RANDOM123["ids"], *[ctypes.c_void_p] * 4, returns=None)(state, *at)
        function(RANDOM123["sequence"], *[ctypes.c_void_p] * 3, returns=None)(state, ctypes.byref(sequence), ctypes.byref(which))
        return ids[0], ids[1], ids[2], 4 * sequence.value + which.value[0]

    def random123_globalindex(self):
        return function("_Z25nrnran123_get_globalindexv", returns=ctypes.c_uint32)()
