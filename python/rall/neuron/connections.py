"""NetCons, and the sources of their events: thresholds of voltages, artificial cells, point processes, trains."""
from dataclasses import dataclass

import numpy

from . import memory
from .layout import NetCon, Object, PreSyn, variables
from .memory import pointers, read
from .refusals import Refusal
from .trees import find


@dataclass
class Sources:
    """What NEURON calls PreSyns, in its order; [n] each."""
    at: numpy.ndarray
    site: numpy.ndarray  # whose voltage is looked at, -1 without
    of: numpy.ndarray  # or the number of the mechanism ...
    index: numpy.ndarray  # ... and the instance that sends
    own: numpy.ndarray  # or which of the artificial cells that NEURON runs itself (own_cells.py), -1 of others
    threshold: numpy.ndarray
    times: numpy.ndarray  # addresses of the Vectors to which spikes go; 0 without
    ids: numpy.ndarray
    record_id: numpy.ndarray
    gid: numpy.ndarray


@dataclass
class Connections:
    source: numpy.ndarray  # index into Sources
    of: numpy.ndarray
    index: numpy.ndarray
    weight: numpy.ndarray
    delay: numpy.ndarray
    weight_at: numpy.ndarray  # addresses of the weights ...
    n_weights: numpy.ndarray  # ... and how many they are
    others: dict  # number of a connection -> further arguments of NET_RECEIVE, where one is not 0
    at: numpy.ndarray  # addresses of NEURON's NetCons


def read_sources(library, trees, finder, own_finder, refuse):
    at = library.sources()
    variable = variables(at + PreSyn.variable)
    v_at = trees.v_at
    site = find(variable, v_at, numpy.argsort(v_at, kind="stable"))
    points = points_of(at)
    of, index = finder(points)
    heard = pointers(at, PreSyn.netcons_end) > pointers(at, PreSyn.netcons)
    times = pointers(at, PreSyn.times)
    for k in numpy.flatnonzero((variable != 0) & (site < 0) & (heard | (times != 0))):
        refuse.add(Refusal("source-variable", "a NetCon", "looks at a variable other than v, which has no threshold in Rall"))
    for k in numpy.flatnonzero(pointers(at, PreSyn.statement) != 0):
        refuse.add(Refusal("spike-statement", f"NetCon.record of {where(trees, site[k])}", "runs a statement at each spike"))
    return Sources(at, site, of, index, own_finder.place(points), read(at, PreSyn.threshold), times, pointers(at, PreSyn.ids), read(at, PreSyn.record_id, numpy.int32),
                   read(at, PreSyn.gid, numpy.int32))


def points_of(at):
    """Of PreSyns, the addresses of the Point_processes that send; 0 without."""
    objects = pointers(at, PreSyn.object)
    return numpy.where(objects != 0, pointers(numpy.where(objects != 0, objects, at), Object.this), 0)


def netcons_of(library, finder):
    """(target, source) of all NetCons that have both: numbers of mechanisms, -1 of sources that are none, as voltages."""
    presyns = library.sources()
    presyns = presyns[(variables(presyns + PreSyn.variable) != 0) | (pointers(presyns, PreSyn.object) != 0)]
    source, at = _netcons(presyns)
    target = pointers(at, NetCon.target)
    return finder(target[target != 0])[0], finder(points_of(presyns))[0][source[target != 0]]


def _netcons(presyns):
    """The NetCons of PreSyns, in their order: (index of the PreSyn, address)."""
    begin, end = pointers(presyns, PreSyn.netcons), pointers(presyns, PreSyn.netcons_end)
    counts = (end - begin) // 8
    source = numpy.repeat(numpy.arange(len(begin)), counts)
    offset = numpy.arange(len(source)) - numpy.repeat(numpy.cumsum(counts) - counts, counts)
    return source, pointers(begin[source] + 8 * offset)


def where(trees, site):
    return trees.place(site) if site >= 0 else "an artificial cell"


def read_connections(sources, finder):
    """Of active NetCons that have a source and a target."""
    source, at = _netcons(sources.at)
    target = pointers(at, NetCon.target)
    of, index = finder(target)
    has_source = (sources.site >= 0) | (sources.of >= 0) | (sources.own >= 0)
    used = (target != 0) & (of >= 0) & read(at, NetCon.active, numpy.bool_) & has_source[source]
    at, source, of, index = at[used], source[used], of[used], index[used]
    n_weights = read(at, NetCon.n_weights, numpy.int32)
    weight_at = pointers(at, NetCon.weight)
    weight = numpy.where(n_weights > 0, read(numpy.where(n_weights > 0, weight_at, at)), 0)
    others = {}
    for k in range(1, int(n_weights.max(initial=0))):
        more = numpy.flatnonzero(n_weights > k)
        values = read(weight_at[more] + 8 * k)
        for i in more[values != 0]:
            others.setdefault(int(i), None)
    others = {i: memory.block(weight_at[i] + 8, int(n_weights[i]) - 1, numpy.float64).tolist() for i in others}
    return Connections(source, of, index, weight, read(at, NetCon.delay), weight_at, n_weights, others, at)
