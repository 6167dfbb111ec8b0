"""Artificial cells that NEURON runs itself, and whose spikes go to Rall as trains: those that draw from generators that another program cannot follow (scop_random,
exprand, a Random that is not Random123), and those that Rall cannot read. They hear nobody but one another, so that what NEURON's queue brings them is all that they do.

What they will send is found in a fork of the process; when a run is written back, NEURON's own queue is brought to its end as well.
"""
import os
import pickle
import re
import traceback

import numpy
from neuron import h

from . import memory
from .connections import netcons_of
from .kinds import COMMENT
from .layout import NetCon, PreSyn, areas, objects_at
from .memory import pointers
from .points import Finder
from .refusals import Refusal, Refusals, Refused
from .streams import read_streams
from .writing import times_of_steps


OTHER_BLOCKS = re.compile(r"\b(BREAKPOINT|BEFORE|AFTER|USEION|WATCH|v)\b")


def lives_by_events(kind, known):
    """Artificial cells, and point processes that are no more than that: older stimuli stand in a compartment for no reason. None with a POINTER to a variable;
    `known`: what Rall knows of the kind's variables, None where it cannot read it."""
    if any(known is None or known.get(pointer) == "pointer" for pointer in kind.pointers):
        return False
    return kind.is_artificial or kind.is_point and bool(kind.text) and not OTHER_BLOCKS.search(COMMENT.sub(" ", kind.text))


class OwnCells:
    """Takes them out of extraction.mechanisms: `instances`, and `finder` for them. `statements`: Vectors that play statements, which only these may feel."""

    def __init__(self, extraction):
        self.extraction, self.instances, self.statements = extraction, [], []
        drawing = {k for k, x in enumerate(extraction.mechanisms)
                   if self.may_run(x) and (x.kind.name not in extraction.known or self.draws_elsewhere(x))}
        if drawing:
            self.take(drawing)
        self.finder = Finder(self.instances)

    def may_run(self, instances):
        return lives_by_events(instances.kind, self.extraction.known.get(instances.kind.name))

    def draws_elsewhere(self, instances):
        refuse = Refusals()
        read_streams(self.extraction.library, instances, self.extraction.named(instances.kind.name, "random"), refuse)
        return bool(refuse.found)

    def take(self, taken):
        """These numbers of mechanisms, with those that they hear; nothing where one of these is no artificial cell, which read_streams then refuses."""
        mechanisms = self.extraction.mechanisms
        finder = Finder(mechanisms)
        of, source = netcons_of(self.extraction.library, finder)
        while not (more := {int(k) for k in numpy.unique(source[numpy.isin(of, list(taken))])}) <= taken:
            if any(k < 0 or not self.may_run(mechanisms[k]) for k in more):
                return
            taken |= more
        self.instances = [mechanisms[k] for k in sorted(taken)]
        self.extraction.mechanisms = [x for k, x in enumerate(mechanisms) if k not in taken]

    def trains(self, tstop):
        """{number of a source: ms} of what they send until tstop (ms), and perhaps in the step after it."""
        numbers = numpy.flatnonzero(self.extraction.sources.own >= 0) if self.instances else ()
        if not len(numbers):
            return {}
        e = self.extraction
        ends_of_steps = times_of_steps(e.t, e.dt, max(0, round((tstop - e.t) / e.dt) + 1))
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            self.answer(writing, numbers, ends_of_steps)
        os.close(writing)
        with os.fdopen(reading, "rb") as answer:
            found = pickle.loads(answer.read() or pickle.dumps("it has ended without an answer"))
        os.waitpid(child, 0)
        if isinstance(found, str):
            found = Refusal("random-generator", "artificial cells that draw", f"could not be run by NEURON alone: {found}")
        if isinstance(found, Refusal):
            raise Refused([found])
        return dict(zip(numbers.tolist(), found))

    def answer(self, writing, numbers, ends_of_steps):
        """In the fork, which ends here."""
        try:
            recorded = [h.Vector() for _ in numbers]
            wires = [h.NetCon(sender, None) for sender in self.objects(pointers(self.extraction.sources.at[numbers], PreSyn.object))]
            for wire, vector in zip(wires, recorded):
                wire.record(vector)
            if self.statements:
                memory.write_bytes(self.extraction.connections.at + NetCon.active, 0)
            before = self.held()
            self.deliver(ends_of_steps)
            found = [memory.numbers(vector) for vector in recorded]
            if self.statements and not all(map(numpy.array_equal, before, self.held())):
                found = Refusal("record-kind", f"{self.statements[0]}.play of a statement", "changes what Rall runs")
        except BaseException:
            found = traceback.format_exc()
        with os.fdopen(writing, "wb") as answer:
            pickle.dump(found, answer)
        os._exit(0)

    def objects(self, wanted):
        """Those of hoc that lie at these addresses."""
        listed = [h.List(instances.kind.name) for instances in self.instances]
        objects = [each.o(i) for each in listed for i in range(int(each.count()))]
        at = dict(zip(objects_at(objects).tolist(), objects))
        return [at[int(one)] for one in wanted]

    def held(self):
        """Numbers of all that Rall runs."""
        e = self.extraction
        return [memory.read(e.trees.v_at), *(x.values() for x in e.mechanisms), *(x.values() for x in e.ions), memory.read(e.connections.at, NetCon.delay),
                memory.read(e.connections.weight_at[e.connections.n_weights > 0]), memory.read(areas(e.trees.nodes)),
                numpy.array([float(h.celsius), float(h.dt), float(h.secondorder)]), *(numpy.array(list(own.values())) for own in e.globals().values())]

    def deliver(self, ends_of_steps):
        """What NEURON does with its queue in some steps. `ends_of_steps`: t (ms) before the first and after each."""
        library = self.extraction.library
        threads = library.threads(self.extraction.trees)
        before_step, after_step = (library.of_thread(name) for name in ("_Z18deliver_net_eventsP9NrnThread", "_Z18nrn_deliver_eventsP9NrnThread"))
        for begin, end in zip(ends_of_steps, ends_of_steps[1:]):
            for t, step in (begin, before_step), (end, after_step):
                h.t = t
                memory.write(threads, t)  # their own t is the first of what they hold
                for thread in threads:
                    step(thread)

    def bring_to_end(self, ends_of_steps):
        """In NEURON itself; what its Vectors have recorded on the way is taken back."""
        if not self.instances:
            return
        sizes = [(vector, int(vector.size())) for vector in self.extraction.vectors.all]
        self.deliver(ends_of_steps)
        for vector, size in sizes:
            vector.resize(size)
