"""TABLEs that Rall would make otherwise, and the numbers of FUNCTION_TABLEs. NEURON keeps them in variables of the mechanism's library that have no name outside of it: what could be such a
table is looked for among the library's variables, and is one if it gives what the function gives when hoc calls it."""
import functools
import re

import numpy
from neuron import h

from .kinds import COMMENT
from .layout import FunctionTable
from .memory import block, read, word
from .refusals import Refusal

LARGEST = 1 << 24  # numbers of a table
TABLE = re.compile(r"\bTABLE\b[\w\s,\[\]]*?\bDEPEND\b([\w\s,]+?)\bFROM\b")


@functools.cache
def depended_on(text):
    """What an NMODL text's TABLEs DEPEND on."""
    return {name for depend in TABLE.findall(COMMENT.sub(" ", text)) for name in re.findall(r"\w+", depend)}


def mixed_tables(instances):
    """What a TABLE is made from and is not the same in all instances: NEURON makes one table for all, from what the first of them has."""
    values, named = instances.values(), depended_on(instances.kind.text)
    columns = {name: values[:, instances.kind.variables[name][0]] for name in sorted(named) if name in instances.kind.variables}
    return [name for name, column in columns.items() if len(column) and (column != column[0]).any()]


def read_tables(library, kind, names, refuse):
    """{FUNCTION_TABLE: {"n", "from", "to", "x", "values"}} as in model::FunctionTable, of the FUNCTION_TABLEs `names` of a mechanism."""
    found = {}
    if not names:
        return found
    candidates = [table for at in library.variables_beside(kind.number) if (table := _at(library, at))]
    for name in names:
        n_args = number_of_args(kind.text, name)
        own = next((table for at in candidates if (table := _read(library, at, n_args)) and _gives(getattr(h, f"{name}_{kind.name}"), table)), None)
        if own is None:
            refuse.add(Refusal("function-table", f"FUNCTION_TABLE {name} of {kind.name}", f"has no numbers (table_{name}_{kind.name}), or others than a grid of one or two arguments"))
        else:
            found[name] = own
    return found


def number_of_args(text, name):
    """How many arguments NMODL declares; units stand in parentheses behind them."""
    declared = re.search(rf"\bFUNCTION_TABLE\s+{name}\s*\(((?:[^()]|\([^()]*\))*)\)", COMMENT.sub(" ", text))
    return declared[1].count(",") + 1 if declared else 1


def _at(library, at):
    """Where a table and its arguments would be: (address, numbers, arguments); None where that cannot be."""
    if not library.is_readable(at, FunctionTable.size):
        return None
    numbers, args = word(at, FunctionTable.numbers), word(at, FunctionTable.args)
    return (at, numbers, args) if library.is_readable(numbers, 8) and library.is_readable(args, FunctionTable.arg_size) else None


def _read(library, candidate, n_args):
    at, numbers, args = candidate
    if not library.is_readable(args, n_args * FunctionTable.arg_size):
        return None
    each = args + FunctionTable.arg_size * numpy.arange(n_args)
    n = read(each, 0, numpy.int32).tolist()
    size = int(numpy.prod(n, dtype=float)) if min(n) > 0 else 0
    if not 0 < size <= LARGEST or not library.is_readable(numbers, 8 * size):
        return None
    values = block(numbers, size, numpy.float64)
    table = {"n": n, "from": read(each, FunctionTable.first).tolist(), "to": read(each, FunctionTable.last).tolist(), "x": [], "values": values.tolist()}
    if size == 1:
        return table | {"n": [], "from": [], "to": []}
    x = word(args, FunctionTable.x)
    if any(word(arg, FunctionTable.x) for arg in each):
        if n_args > 1 or not library.is_readable(x, 8 * size):
            return None
        table |= {"from": [], "to": [], "x": block(x, size, numpy.float64).tolist()}
    return table if _is_grid(table) else None


def _is_grid(table):
    """Are its numbers finite, and do its arguments ascend? Two that are equal are a jump."""
    x = table["x"]
    ascends = all(a <= b for a, b in zip(x, x[1:])) and x[0] < x[-1] if x else all(a < b for a, b in zip(table["from"], table["to"]))
    return ascends and bool(numpy.all(numpy.isfinite([*table["x"], *table["from"], *table["to"], *table["values"]])))


def value(table, args):
    """Of a table, linear between its points and constant beyond them."""
    if not table["n"]:
        return table["values"][0]
    if table["x"]:
        return float(numpy.interp(args[0], table["x"], table["values"]))
    values = numpy.array(table["values"]).reshape(table["n"])
    for arg, n, first, last in zip(args, table["n"], table["from"], table["to"]):
        at = min(max((arg - first) / (last - first) * (n - 1), 0), n - 1) if n > 1 else 0
        j = min(int(at), max(n - 2, 0))
        values = values[j] if n == 1 else (1 - (at - j)) * values[j] + (at - j) * values[j + 1]
    return float(values)


def _gives(function, table):
    """Does hoc's function have the table's values, at its points, between them and far from them?"""
    firsts, lasts = (table["x"][:1], table["x"][-1:]) if table["x"] else (table["from"], table["to"])
    points = [] if not table["n"] else [[first + share * (last - first) for first, last in zip(firsts, lasts)] for share in numpy.linspace(-0.1, 1.1, 98)]
    points += [[x] * (len(table["n"]) or 2) for x in numpy.linspace(-201.7, 198.3, 41)]  # of one number arguments do not matter
    scale = numpy.abs(table["values"]).max()
    try:
        return all(abs(function(*args) - value(table, args)) <= 1e-9 * scale for args in points)
    except RuntimeError:  # what the function is asked before it has numbers
        return False
