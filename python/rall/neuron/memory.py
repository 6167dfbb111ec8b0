"""The memory of this process, in which NEURON keeps what its interpreter has no words for: which variable a Vector records, where a POINTER leads, the
values of a hundred thousand instances at once.

    read(addresses, offset)      one number each of many structures, as numpy
    pointers(addresses, offset)  one word each
    write(addresses, values)

What lies where in NEURON's structures says layout.py.
"""
import ctypes
import functools

import numpy

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


# ---- the library ----

@functools.cache
def library():
    """libnrniv, which holds NEURON."""
    with open("/proc/self/maps") as maps:
        return ctypes.CDLL(next(line.split()[-1] for line in maps if "libnrniv" in line))


def symbol(name):
    """Where a variable of the library is."""
    return ctypes.addressof(ctypes.c_char.in_dll(library(), name))


@functools.cache
def function(name, *kinds, returns=ctypes.c_int64):
    """A function of the library that takes arguments of these kinds."""
    found = library()[name]
    found.restype, found.argtypes = returns, kinds
    return found
