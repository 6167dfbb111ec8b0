"""The model that NEURON holds, read in one go: Extraction. Nothing in NEURON is changed."""
from pathlib import Path

import numpy
from neuron import h

from .. import _rall
from . import memory
from .memory import read
from .addresses import Addresses
from .connections import read_connections, read_sources
from .kinds import BUILT_IN, WITHOUT_EFFECT, describe, global_value, kinds, mod_file
from .layout import KNOWN, address, misfit, verify
from .library import Library
from .own_cells import OwnCells
from .pointing import read_pointers
from .points import Finder, Instances, artificial, placed
from .queue import waiting
from .refusals import Refusal, Refusals, look
from .streams import read_held_vectors, read_streams
from .tables import mixed_tables, read_tables
from .transfers import read_transfers
from .trees import CAPACITANCE, MORPHOLOGY, props, trees
from .vectors import Vectors, read_vectors

_translated = {}  # (name, text) of mechanisms -> what Rall makes of them, described
FOLLOWS_NERNST = 0o100  # in what NEURON keeps of ion_style: the reversal potential follows the concentrations at each step
HELPERS = [str(Path(__file__).with_name(name + ".mod")) for name in ("PlayedVariable", "TransferredVariable")]


class Extraction:
    """What NEURON holds. `mechanisms` are the density mechanisms and points by number, `ions` what ions keep; the rest as in its modules."""

    def __init__(self, folder, files=(), ignore=(), under_way=False):
        self.refuse = Refusals(ignore)
        self.refuse.at_once("neuron-layout", "this NEURON", "" if KNOWN else "is of neither version 8.2 nor 9, whose structures are known")
        self.library = Library()
        self.refuse.at_once("not-initialized", "this model", "" if self.library.is_settled() else "has changed since finitialize, which is to be called first")
        self.refuse_otherwise_built(misfit(self.library))
        self.trees = trees()
        self.refuse_otherwise_built(verify(self.trees))
        look(self.refuse, self.trees)
        with self.library.unmoved():
            self.read_mechanisms()
        self.read_settings()
        self.begins = self.step == 0 and not under_way
        self.translate(folder, files)
        self.own = OwnCells(self)
        self.refuse_unread()
        self.finder = Finder(self.mechanisms)
        self.addresses = Addresses(self.trees, self.mechanisms, self.ions, self.membrane_currents())
        self.sources = read_sources(self.library, self.trees, self.finder, self.own.finder, self.refuse)
        self.connections = read_connections(self.sources, self.finder)
        self.waiting, self.self_events = waiting(self.library, self.trees, self.finder, self.refuse)
        self.vectors = Vectors()
        self.read_held()
        self.recordings, self.playings = read_vectors(self.library, self.vectors, self.addresses, self.own, self.refuse)
        self.pointers = read_pointers(self.trees, self.mechanisms, self.addresses, self.known, self.refuse)
        self.transfers = read_transfers(self.library, self.trees, self.mechanisms, self.refuse)
        self.refuse.raise_if_any()

    def refuse_otherwise_built(self, what):
        self.refuse.at_once("neuron-layout", "this NEURON", f"was built so that {what} otherwise in memory" if what else "")

    def read_mechanisms(self):
        self.mechanisms, self.ions = [], []
        known, inserted = kinds(), props(self.trees)
        self.capacitance = inserted.pop(CAPACITANCE, None)
        inserted.pop(MORPHOLOGY, None)
        for number, found in sorted(inserted.items()):
            kind = known.get(number)
            if kind is None or kind.name in WITHOUT_EFFECT or kind.name == "extracellular":
                continue
            describe(kind)
            if kind.is_ion:
                self.ions.append(Instances(kind, found.site, found.at))
            elif kind.is_point:
                self.mechanisms.append(placed(kind, found))
            else:
                self.mechanisms.append(Instances(kind, found.site, found.at))
        for kind in known.values():
            if kind.is_artificial and int(h.List(kind.name).count()):
                self.mechanisms.append(artificial(describe(kind)))

    def read_settings(self):
        cvode = h.CVode()
        self.dt, self.t, self.celsius = float(h.dt), float(h.t), float(h.celsius)
        self.variable_step = {"absolute": float(cvode.atol()), "relative": float(cvode.rtol()), "maximum": 0.0, "global": not cvode.use_local_dt(),
                              "scales": {}}
        if cvode.active():
            self.method = "cvode"
            self.refuse.add(Refusal("variable-step", "CVode", "is active, whose steps are NEURON's own; switch it off for Rall"))
        else:
            self.method = "crank_nicolson" if int(h.secondorder) else "backward_euler"
        self.step = round(self.t / self.dt)
        if self.dt <= 0 or abs(self.step * self.dt - self.t) > 1e-6 * self.dt:
            self.refuse.add(Refusal("time", f"t = {self.t:g} ms", f"is no whole number of steps of {self.dt:g} ms"))
        elif self.step < 0:
            self.refuse.add(Refusal("time", f"t = {self.t:g} ms", "is before 0, where Rall begins; rall.from_neuron() has NEURON run until there by fixed steps"))

    def membrane_currents(self):
        """{address: site} where NEURON keeps them (CVode.use_fast_imem)."""
        if not h.CVode().use_fast_imem():
            return {}
        found = {}
        for section, first in zip(self.trees.sections, self.trees.first):
            segments = list(section)
            if section.orientation():
                segments.reverse()
            for i, segment in enumerate(segments):
                found[address(segment._ref_i_membrane_)] = int(first) + i
        return found

    def translate(self, folder, files):
        """Rall's own mechanisms for NEURON's, and those of the model's NMODL texts."""
        wanted = []
        for instances in self.mechanisms:
            kind = instances.kind
            if kind.name in BUILT_IN:
                continue
            own = [file for file in files if file.stem == kind.name]
            if own:
                wanted.append((kind.name, own[0].read_text(), own[0]))
            elif kind.text:
                wanted.append((kind.name, kind.text, None))
        key = tuple((name, text) for name, text, _ in wanted)
        if key not in _translated:
            by_name = {instances.kind.name: instances.kind for instances in self.mechanisms}
            paths = [str(file or mod_file(by_name[name], folder)) for name, _, file in wanted]
            translated = _rall.LiveMechanisms([*paths, *HELPERS])
            _translated[key] = translated, translated.describe()
        self.translated, self.known = _translated[key]
        self.states = {mechanism: self.named(mechanism, "state") for mechanism in self.known}

    def refuse_unread(self):
        for kind in (instances.kind for instances in self.mechanisms if instances.kind.name not in self.known):
            name = kind.name
            if not kind.text:
                self.refuse.add(Refusal("mechanism-text", f"mechanism {name}", "has no NMODL text in NEURON; name its file: from_neuron(mechanisms=[...])"))
                continue
            errors = [found for found in self.translated.diagnostics if "left out" in found["message"] and f"mechanism {name} " in found["message"]]
            self.refuse.add(Refusal("mechanism-not-read", f"mechanism {name}", "is not read by Rall: " + (errors[0]["text"] if errors else "see its file")))

    def named(self, mechanism, role):
        """Variables that Rall knows of a mechanism, of a role in mechanisms/info.hpp."""
        return [name for name, own in self.known.get(mechanism, {}).items() if own == role]

    def read_held(self):
        """What instances keep behind POINTERs that lead to no variable."""
        self.streams = [read_streams(self.library, x, self.named(x.kind.name, "random"), self.refuse) for x in self.mechanisms]
        self.held = [read_held_vectors(self.library, x, self.named(x.kind.name, "vector"), self.vectors, self.refuse) for x in self.mechanisms]
        tabulated = self.tabulated()
        for instances in self.mechanisms:
            if instances.kind.name in tabulated and (names := mixed_tables(instances)):
                self.refuse.add(Refusal("shared-table", f"TABLE of {instances.kind.name}", f"depends on {', '.join(names)}, other in some instances: NEURON interpolates for all in "
                                        f"the table of the first, Rall in that of each; h.usetable_{instances.kind.name} = 0 makes both compute without"))
        self.tables = {x.kind.name: tables for x in self.mechanisms if (tables := read_tables(self.library, x.kind, self.named(x.kind.name, "table"), self.refuse))}

    # ---- as rall._rall takes it ----

    def description(self, tstop, watched=(), delivered=()):
        """The model until `tstop` (ms). `watched` are looked at at every step, beside what Vectors record: sample number self.watched.
        `delivered`: of what waits in NEURON's queue, the events that an own run before has found there."""
        trees = self.trees
        self.trains = self.own.trains(tstop)
        self.probes = self.make_probes()
        self.watched = len(self.probes)
        mechanisms = [self.mechanism(*one) for one in zip(self.mechanisms, self.held, self.streams)]
        pointers = [self.pointer(number, name, bound) for number, name, bound in self.pointers]
        self.add_helpers(mechanisms, pointers)
        sources, self.source_number, connections = self.network(delivered)
        probes = [(*key, variables) for key, variables in self.probes.items()]
        if watched:
            probes.append(("", "v", 1, watched))
        return {
            "dt": self.dt, "tstop": tstop, "celsius": self.celsius, "step": self.step, "begins": self.begins, "seed": self.library.random123_globalindex(), "method": self.method, "variable_step": self.variable_step,
            "tabulated": self.tabulated(), "tables": self.tables,
            "trees": {"n_trees": trees.n_trees, "names": [section.name() for section in trees.sections], "tree": trees.tree, "parent": trees.parent,
                      "joined": trees.joined, "joined_to": trees.joined_to, "nseg": trees.nseg, "length": trees.length, "area": trees.area,
                      "resistance": trees.resistance, "v": memory.read(trees.v_at), "diam": trees.diam, "cm": trees.cm},
            "mechanisms": mechanisms,
            "ions": [self.ion(instances) for instances in self.ions],
            "sources": sources, "connections": connections, "self_events": self.self_events, "pointers": pointers, "globals": self.globals(),
            "probes": [{"mechanism": mechanism, "name": name, "period": period, "of": [v.of for v in variables], "index": [v.index for v in variables]}
                       for mechanism, name, period, variables in probes],
        }

    def mechanism(self, instances, vectors, streams):
        kind = instances.kind
        variables = dict(kind.variables)
        if kind.name == "VClamp":  # NEURON's arrays
            for name in ("dur", "amp"):
                first, _ = variables.pop(name)
                variables |= {f"{name}{i + 1}": (first + i, 1) for i in range(3)}
        values = instances.values()
        # Of the whole model in NEURON, of each instance in Rall: what is ASSIGNED and GLOBAL.
        shared = [name for name in self.named(kind.name, "carried") if name in kind.globals and name not in variables]
        for name in shared:
            variables[name] = (values.shape[1], 1)
            values = numpy.column_stack([values, numpy.full(len(instances), global_value(kind, name)[0])])
        return {"name": kind.name, "is_density": not kind.is_point, "sites": instances.sites, "width": values.shape[1],
                "values": values.ravel(), "variables": variables, "vectors": vectors, "streams": streams}

    def refuse_shared(self, result):
        """NEURON has one value for all instances of what is ASSIGNED and GLOBAL: what the last of them has left is what the first finds. Rall's instances
        have their own, which is the same where a run has left them all with one value."""
        for instances, values in zip(self.mechanisms, result["mechanisms"]):
            values = values.reshape(len(instances), -1)
            shared = [name for name in self.named(instances.kind.name, "carried") if name in instances.kind.globals and name not in instances.kind.variables]
            for name, own in zip(shared, values[:, instances.own_numbers().width:].T):
                if len(own) and (own != own[0]).any():
                    self.refuse.add(Refusal("shared-variable", f"{name}, GLOBAL and ASSIGNED, of {instances.kind.name}", "carries in NEURON what one instance computed over "
                                            "to the next, whose own it should be: make it RANGE"))
        self.refuse.raise_if_any()

    def ion(self, instances):
        values, name = instances.values(), instances.kind.name.removesuffix("_ion")
        return {"name": name, "sites": instances.sites, "held": read(instances.datum(0), 0, numpy.int32) & FOLLOWS_NERNST == 0, "reversal": values[:, 0], "inner": values[:, 1], "outer": values[:, 2]}

    def pointer(self, number, name, bound):
        targets = [variable for _, variable in bound]
        first = targets[0]
        instances = self.mechanisms[number]
        density = not instances.kind.is_point
        return {"owner": instances.kind.name, "pointer": name, "owner_of": [-1 if density else number] * len(bound),
                "owner_index": [int(instances.sites[i]) if density else i for i, _ in bound], "mechanism": first.mechanism, "name": first.name,
                "of": [v.of for v in targets], "index": [v.index for v in targets]}

    def make_probes(self):
        """{(mechanism, variable, steps between samples): [Variable]}, and per recording which column it has."""
        probes, self.columns = {}, []
        for recording in self.recordings:
            variable = recording.variable
            if variable is None:
                self.columns.append(None)
                continue
            steps = recording.interval / self.dt
            period = round(steps) if recording.interval and steps >= 1 and abs(steps - round(steps)) < 1e-6 else 1
            key = (variable.mechanism, variable.name, period)
            self.columns.append((key, len(probes.setdefault(key, []))))
            probes[key].append(variable)
        return probes

    def add_helpers(self, mechanisms, pointers):
        """Instances of Rall's that do what Vector.play and ParallelContext.target_var do, through POINTERs."""
        def add(name, parameters, vectors, bound):
            number = len(mechanisms)
            mechanisms.append({"name": name, "is_density": False, "sites": [self.site_of(variable) for variable in bound[0][1]], "width": len(parameters),
                               "values": numpy.array(list(parameters.values())).T.ravel(), "variables": {key: (k, 1) for k, key in enumerate(parameters)},
                               "streams": {}, "vectors": vectors})
            for pointer, variables in bound:
                for owner, places in alike(variables).items():
                    pointers.append({"owner": name, "pointer": pointer, "owner_of": [number] * len(places), "owner_index": places,
                                     "mechanism": owner[0], "name": owner[1], "of": [variables[k].of for k in places],
                                     "index": [variables[k].index for k in places]})

        if self.playings:
            add("PlayedVariable", {"linear": [float(p.linear) for p in self.playings]},
                {"times": [p.times.tolist() for p in self.playings], "values": [p.values.tolist() for p in self.playings]},
                [("x", [p.variable for p in self.playings])])
        if self.transfers:
            add("TransferredVariable", {}, {}, [("target", [target for target, _ in self.transfers]), ("source", [source for _, source in self.transfers])])

    def site_of(self, variable):
        return variable.index if variable.of < 0 else int(self.mechanisms[variable.of].sites[variable.index])

    def tabulated(self):
        """Mechanisms whose TABLEs NEURON interpolates now."""
        return {i.kind.name for i in self.mechanisms
                if any(name.startswith("usetable") and global_value(i.kind, name)[0] for name in i.kind.globals)}

    def globals(self):
        found = {}
        for instances in self.mechanisms:
            kind = instances.kind
            own = {name: global_value(kind, name)[0] for name in kind.globals
                   if self.known.get(kind.name, {}).get(name) == "global"}
            if own:
                found[kind.name] = own
        return found

    def network(self, delivered):
        """Sources that somebody hears or records; the number of each among them; connections."""
        s, c = self.sources, self.connections
        wanted = ((s.site >= 0) | (s.of >= 0)) & (s.times != 0)
        wanted[c.source] = True
        number = numpy.cumsum(wanted) - 1
        sources = [{"site": int(s.site[k]), "point": (int(s.of[k]), int(s.index[k])), "threshold": float(s.threshold[k]), "times": self.trains.get(k, ())}
                   for k in numpy.flatnonzero(wanted).tolist()]
        self.spikes_before = {int(at): int(self.vectors(int(at)).size()) for at in numpy.unique(s.times[s.times != 0]) if self.vectors(int(at)) is not None}
        # What waits in NEURON's queue comes from trains of its own.
        w = self.waiting.still_to_come(self.t, delivered) if delivered else self.waiting
        netcons, first, train = numpy.unique(w.netcon, return_index=True, return_inverse=True)
        sources += [{"site": -1, "point": (-1, -1), "threshold": 0.0, "times": w.time[train == k]} for k in range(len(netcons))]
        join = numpy.concatenate
        return sources, numpy.flatnonzero(wanted), {
            "source": join([number[c.source], len(sources) - len(netcons) + numpy.arange(len(netcons))]), "of": join([c.of, w.of[first]]),
            "index": join([c.index, w.index[first]]), "weight": join([c.weight, w.weight[first]]), "delay": join([c.delay, numpy.zeros(len(netcons))]), "others": c.others}


def alike(variables):
    """{(mechanism, variable): indices}"""
    found = {}
    for k, variable in enumerate(variables):
        found.setdefault((variable.mechanism, variable.name), []).append(k)
    return found
