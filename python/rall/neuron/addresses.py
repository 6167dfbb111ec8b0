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
        self.v_order = numpy.argsort(trees.v_at, kind="stable")
        self.begin = numpy.concatenate([x.param for x in self.owners] or [numpy.zeros(0, numpy.int64)])
        self.of = numpy.repeat(numpy.arange(len(self.owners)), [len(x) for x in self.owners])
        self.index = numpy.concatenate([numpy.arange(len(x)) for x in self.owners] or [numpy.zeros(0, int)])
        self.order = numpy.argsort(self.begin, kind="stable")
        self.sorted = self.begin[self.order]

    def __call__(self, address):
        """The variable at an address, or None."""
        site = int(find([address], self.trees.v_at, self.v_order)[0])
        if site >= 0:
            return Variable("", "v", -1, site)
        if address in self.membrane:
            return Variable("", "i_membrane", -1, self.membrane[address])
        at = int(numpy.searchsorted(self.sorted, address, side="right")) - 1
        if at < 0:
            return None
        at = self.order[at]
        of, index = int(self.of[at]), int(self.index[at])
        owner = self.owners[of]
        offset = (address - int(self.begin[at])) // 8
        if offset >= owner.width:
            return None
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
