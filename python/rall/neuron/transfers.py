"""What ParallelContext.source_var and target_var couple. NEURON has no list of it: voltages that all differ are handed over once, and the
numbers that have become one of them are the targets. Voltages and numbers are put back."""
import ctypes

import numpy
from neuron import h

from . import memory
from .addresses import Variable
from .refusals import Refusal

FIRST = 1e6  # mV: more than any voltage


def read_transfers(library, trees, mechanisms, refuse):
    """[(target, source)], both Variables."""
    hand_over = ctypes.c_void_p.in_dll(library.library, "nrnmpi_v_transfer_").value
    take = ctypes.c_void_p.in_dll(library.library, "nrnthread_v_transfer_").value
    if not take:
        return []
    if int(h.ParallelContext().nthread()) > 1:
        refuse.add(Refusal("transfer-threads", "ParallelContext.target_var", "is read from one thread only: nthread(1)"))
        return []
    v = memory.read(trees.v_at)
    before = [instances.values() for instances in mechanisms]
    marks = FIRST + numpy.arange(len(v))
    try:
        memory.write(trees.v_at, marks)
        if hand_over:
            ctypes.CFUNCTYPE(None)(hand_over)()
        threads = ctypes.c_int64.in_dll(library.library, "nrn_threads").value
        ctypes.CFUNCTYPE(None, ctypes.c_void_p)(take)(threads)
        found = []
        for number, (instances, old) in enumerate(zip(mechanisms, before)):
            new = instances.values()
            changed = (new != old) & (new >= FIRST) & (new < FIRST + len(v))
            for index, offset in zip(*numpy.nonzero(changed)):
                name = instances.kind.variable_at(offset)
                if name is None:
                    continue
                place = (number, int(index)) if instances.kind.is_point else (-1, int(instances.sites[index]))
                found.append((Variable(instances.kind.name, name, *place), Variable("", "v", -1, int(new[index, offset] - FIRST))))
        return found
    finally:
        memory.write(trees.v_at, v)
        for instances, old in zip(mechanisms, before):
            instances.write(old)
