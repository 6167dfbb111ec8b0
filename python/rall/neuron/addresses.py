"""Which variable lies at an address: v of a node, an ion's, or a mechanism's."""
from dataclasses import dataclass

import numpy

from .trees import find


@dataclass(frozen=True)
class Variable:
    """A variable at a place: of a site (`of` is -1, index the site) or of an instance of mechanism number `of`."""
    mechanism: str  # its owner; "" for v and what ions have
    name: str
    of: int
    index: int


class Addresses:
    """`mechanisms`: density mechanisms and points, by number. `ions`: what ions keep. `membrane`: {address: site} of i_membrane_."""

    def __init__(self, trees, mechanisms, ions, membrane):
        self.trees, self.owners, self.membrane = trees, [*mechanisms, *ions], membrane
        self.n_mechanisms = len(mechanisms)
        self.v_at = trees.v_at
        self.v_order = numpy.argsort(self.v_at, kind="stable")
        self.numbers = [owner.own_numbers() for owner in self.owners]
        stretches = [numbers.stretches() for numbers in self.numbers]
        none = [numpy.zeros(0, numpy.int64)]
        self.of = numpy.repeat(numpy.arange(len(stretches)), [len(begin) for begin, _ in stretches])
        self.stretch = numpy.concatenate([numpy.arange(len(begin)) for begin, _ in stretches] or none)
        self.begin, self.end = (numpy.concatenate([x[k] for x in stretches] or none) for k in (0, 1))
        self.order = numpy.argsort(self.begin, kind="stable")
        self.sorted = self.begin[self.order]

    def __call__(self, address):
        """The variable at an address, or None."""
        site = int(find([address], self.v_at, self.v_order)[0])
        if site >= 0:
            return Variable("", "v", -1, site)
        if address in self.membrane:
            return Variable("", "i_membrane", -1, self.membrane[address])
        at = int(numpy.searchsorted(self.sorted, address, side="right")) - 1
        if at < 0:
            return None
        at = self.order[at]
        of = int(self.of[at])
        owner = self.owners[of]
        found = self.numbers[of].at(int(self.stretch[at]), address - int(self.begin[at])) if address < self.end[at] else None
        if found is None:
            return None
        index, offset = found
        name = owner.kind.variable_at(offset)
        if name is None:
            return None
        site = int(owner.sites[index])
        if of >= self.n_mechanisms:
            return Variable("", name, -1, site)
        if not owner.kind.is_point:
            return Variable(owner.kind.name, name, -1, site)
        return Variable(owner.kind.name, name, of, index)

    def place(self, variable):
        """In words: "gnabar_hh of soma(0.5)"."""
        if variable.of < 0:
            return self.trees.place(variable.index)
        owner = self.owners[variable.of]
        site = int(owner.sites[variable.index])
        return owner.name(variable.index) + (f" at {self.trees.place(site)}" if site >= 0 else "")
