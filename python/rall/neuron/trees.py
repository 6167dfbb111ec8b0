"""The trees of sections as NEURON has cut them: compartments with the areas and axial resistances that NEURON computes with."""
from dataclasses import dataclass, field

import numpy
from neuron import h

from .layout import Node, Prop, Section, areas, numbers_of, sections_at, voltages
from .memory import pointers, read

ROOT, ZERO_END, COMPARTMENT, ONE_END = range(4)  # where the end of a section nearer to the root is joined
MORPHOLOGY, CAPACITANCE = 2, 3  # NEURON's numbers of these two kinds of Prop


@dataclass
class Trees:
    """Sections are in an order in which parents come before children and trees after one another. Sites number the nodes: all
    compartments, section by section from the end nearer to the root; then the far ends of the sections; then the roots of the trees."""
    sections: list
    n_trees: int
    tree: numpy.ndarray  # [sections] to which a section belongs
    parent: numpy.ndarray  # [sections] index, -1 at roots
    joined: numpy.ndarray  # [sections] ROOT, ...
    joined_to: numpy.ndarray  # [sections] a section, or a compartment
    nseg: numpy.ndarray
    first: numpy.ndarray  # [sections] first compartment
    length: numpy.ndarray  # um
    nodes: numpy.ndarray  # [sites] addresses
    section: numpy.ndarray  # [sites] of roots that of the root section
    area: numpy.ndarray  # [sites] um2
    resistance: numpy.ndarray  # [sites] Megohm, to the next node towards the root; 0 at roots
    diam: numpy.ndarray  # [compartments] um
    cm: numpy.ndarray  # [compartments] uF/cm2
    _order: numpy.ndarray = field(repr=False, default=None)

    @property
    def n_compartments(self):
        return len(self.diam)

    @property
    def v_at(self):
        """[sites] Addresses of v, looked up anew: NEURON 9 moves it when the model changes."""
        return voltages(self.nodes)

    def sites(self, nodes):
        """[n] addresses of nodes -> sites; -1 for what is no node."""
        return find(nodes, self.nodes, self._order)

    def farthest_apart(self):
        """Where cables meet, of one place the largest conductance over the smallest, and that site. NEURON keeps a node for each end of a section, and
        loses as many digits of the smallest when the largest is eliminated."""
        if not self.sections:
            return 1, -1
        n, n_sections = self.n_compartments, len(self.sections)
        begin = numpy.select([self.joined == ONE_END, self.joined == COMPARTMENT], [n + self.joined_to, -1], n + n_sections + self.tree)
        sites = numpy.concatenate([begin, numpy.arange(n, n + n_sections)])
        resistance = numpy.concatenate([self.resistance[self.first], self.resistance[n:n + n_sections]])
        real = (sites >= 0) & (resistance > 0)
        least, most = numpy.full(len(self.nodes), numpy.inf), numpy.zeros(len(self.nodes))
        numpy.minimum.at(least, sites[real], resistance[real])
        numpy.maximum.at(most, sites[real], resistance[real])
        site = int(numpy.argmax(most / least))
        return most[site] / least[site], site

    def place(self, site):
        """In words, as NEURON writes it: "dend[3](0.5)"."""
        section, n = self.sections[self.section[site]], self.n_compartments
        reverse = section.orientation() != 0
        if site < n:
            index = int(site - self.first[self.section[site]])
            x = (index + 0.5) / section.nseg
        else:
            x = 1.0 if site < n + len(self.sections) else 0.0
        return f"{section.name()}({1 - x if reverse else x:g})"


def find(wanted, known, order):
    """Index of each wanted in known, -1 where it is not there; order sorts known."""
    wanted = numpy.asarray(wanted, numpy.int64)
    if not len(known):
        return numpy.full(len(wanted), -1)
    at = numpy.minimum(numpy.searchsorted(known, wanted, sorter=order), len(known) - 1)
    found = order[at]
    return numpy.where(known[found] == wanted, found, -1)


def _levels(parent):
    """Of each section how many lie between it and the root, and the root."""
    level, root = numpy.zeros(len(parent), int), numpy.arange(len(parent))
    up = parent.copy()
    while (inside := up >= 0).any():
        level[inside] += 1
        root[inside] = up[inside]
        up[inside] = parent[up[inside]]
    return level, root


def trees():
    sections = list(h.allsec())
    at = sections_at(sections)
    nseg = read(at, Section.nnode, numpy.int16).astype(numpy.int64) - 1
    parent_node = pointers(at, Section.parent_node)

    def nodes_of(at, nseg):
        of = numpy.repeat(numpy.arange(len(at)), nseg + 1)
        index = numpy.arange(len(of)) - numpy.repeat(numpy.cumsum(nseg + 1) - nseg - 1, nseg + 1)
        return of, index, pointers(pointers(at, Section.nodes)[of] + 8 * index)

    of, index, nodes = nodes_of(at, nseg)
    by_address = numpy.argsort(nodes, kind="stable")
    found = find(parent_node, nodes, by_address)
    parent = numpy.where(found >= 0, of[found], -1)
    # A child of a root's own node has that node for its parent, which belongs to no section's list.
    first_with = {}
    is_root = pointers(at, Section.parent) == 0
    for i in numpy.flatnonzero((found < 0) & is_root):
        first_with[int(parent_node[i])] = int(i)
    for i in numpy.flatnonzero((found < 0) & ~is_root):
        parent[i] = first_with[int(parent_node[i])]
    level, root = _levels(parent)
    order = numpy.lexsort((numpy.arange(len(at)), level, root))
    new = numpy.empty(len(at), int)
    new[order] = numpy.arange(len(at))

    sections = [sections[i] for i in order]
    at, nseg, parent_node, parent = at[order], nseg[order], parent_node[order], parent[order]
    parent = numpy.where(parent >= 0, new[parent], -1)
    roots = numpy.flatnonzero(parent < 0)
    tree = numpy.searchsorted(roots, new[root[order]])
    of, index, nodes = nodes_of(at, nseg)
    is_end = index == nseg[of]
    sites = numpy.concatenate([nodes[~is_end], nodes[is_end], parent_node[roots]])
    site_order = numpy.argsort(sites, kind="stable")
    n, n_sections = int(nseg.sum()), len(at)
    joined_site = find(parent_node, sites, site_order)
    joined = numpy.select([parent < 0, joined_site < n, joined_site < n + n_sections], [ROOT, COMPARTMENT, ONE_END], ZERO_END)
    joined_to = numpy.select([joined == COMPARTMENT, joined == ONE_END, joined == ZERO_END],
                             [joined_site, joined_site - n, roots[numpy.maximum(joined_site - n - n_sections, 0)]], -1)
    rinv = read(sites, Node.rinv)
    with numpy.errstate(divide="ignore"):
        resistance = numpy.where(rinv > 0, 1 / rinv, 0)
    made = Trees(sections, len(roots), tree, parent, joined, joined_to, nseg, numpy.cumsum(nseg) - nseg,
                 numpy.array([section.L for section in sections]), sites,
                 numpy.concatenate([of[~is_end], numpy.arange(n_sections), roots]), read(areas(sites)), resistance,
                 numpy.zeros(n), numpy.ones(n), site_order)
    return made


@dataclass
class Props:
    """What is inserted or placed at sites, by NEURON's number of its mechanism: [n] each."""
    site: numpy.ndarray
    at: numpy.ndarray  # addresses


def props(trees):
    """{number of the mechanism: Props}, each in the order of sites. Fills trees.diam and trees.cm."""
    sites, at, kinds = [], [], []
    here, where = pointers(trees.nodes, Node.prop), numpy.arange(len(trees.nodes))
    while (here != 0).any():
        here, where = here[here != 0], where[here != 0]
        sites.append(where)
        at.append(here)
        kinds.append(read(here, Prop.type, numpy.int16))
        here = pointers(here, Prop.next)
    site, at, kinds = (numpy.concatenate(x) if x else numpy.zeros(0, int) for x in (sites, at, kinds))
    found = {}
    for kind in numpy.unique(kinds):
        mine = numpy.flatnonzero(kinds == kind)
        mine = mine[numpy.argsort(site[mine], kind="stable")]
        found[int(kind)] = Props(site[mine], at[mine])
    n = trees.n_compartments
    for kind, values in (MORPHOLOGY, trees.diam), (CAPACITANCE, trees.cm):
        if kind in found:
            own = found[kind].site < n
            values[found[kind].site[own]] = read(numbers_of(kind, found[kind].at[own]).addresses()[:, 0])
    return found
