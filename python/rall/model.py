"""Models: a config from a file or a dict, or one that is built step by step and can be written as one."""

import copy
import json
import os

from . import _rall
from .errors import UsageError
from .morphology import Morphology


class Place:
    """Places of cells: a name of "cells" and a location as configs write it. `str(place)` shows both."""

    __slots__ = ("cells", "location")

    def __init__(self, cells, location=""):
        self.cells, self.location = cells, location

    def __repr__(self):
        return f"{self.cells}:{self.location}" if self.location else self.cells

    def __eq__(self, other):
        return isinstance(other, Place) and (self.cells, self.location) == (other.cells, other.location)

    def __hash__(self):
        return hash((self.cells, self.location))


class Sections(Place):
    """A region or section of cells, `cell.dend`: `cell.dend[3]` is one section, `cell.dend[3](0.5)` a place on it, `cell.dend` all compartments."""

    __slots__ = ()

    def __getitem__(self, index):
        if not isinstance(index, int) or isinstance(index, bool):
            raise TypeError(f"{self.location}[{index!r}]: a section has a whole number")
        if index < 0 or "[" in self.location:
            raise IndexError(f"{self.location}[{index}] is no section")
        return Sections(self.cells, f"{self.location}[{index}]")

    def __call__(self, x):
        if not 0 <= x <= 1:
            raise ValueError(f"{self.location}({x}): x is from 0 to 1")
        return Place(self.cells, f"{self.location}({float(x):.17g})")

    def at(self, distance):
        """The places of the region at this path distance (um) from the soma."""
        return Place(self.cells, f"{self.location}@{float(distance):.17g}")


class Cells(Place):
    """What `Model.add_cell` returns. `cell.soma(0.5)`, `cell.dend[3](0.5)`, `cell.apic`; of several cells alike `cells[3]` is one."""

    __slots__ = ("count",)

    def __init__(self, name, count=1):
        super().__init__(name)
        self.count = count

    def __getitem__(self, index):
        if not isinstance(index, int) or isinstance(index, bool):
            raise TypeError(f"{self.cells}[{index!r}]: a cell has a whole number")
        if not 0 <= index < self.count:
            raise IndexError(f"{self.cells}[{index}]: there are {self.count}, counted from 0")
        return Cells(f"{self.cells}[{index}]")

    def __len__(self):
        return self.count

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return Sections(self.cells, name)


class Entry:
    """What the builders of a model return: its key in the section of the config. `entry[2]` is one of its instances."""

    __slots__ = ("section", "name")

    def __init__(self, section, name):
        self.section, self.name = section, name

    def __getitem__(self, index):
        if not isinstance(index, int) or isinstance(index, bool):
            raise TypeError(f"{self.name}[{index!r}]: an instance has a whole number")
        if index < 0 or "[" in self.name:
            raise IndexError(f"{self.name}[{index}] is no instance")
        return Entry(self.section, f"{self.name}[{index}]")

    def __repr__(self):
        return f"<{self.section} {self.name}>"


_NAMED = ("cells", "synapses", "generators", "inputs", "reports")  # sections of named entries


def _plain(value, what):
    """What JSON can say of a value: numpy's numbers and arrays become numbers and lists."""
    if isinstance(value, (str, bool, int, float)) or value is None:
        return value
    if isinstance(value, (Place, Entry)):
        return value.cells if isinstance(value, Place) else value.name
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, Morphology):
        return value.file
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str):
                raise TypeError(f"{what}: {key!r} is no key; keys are texts")
        return {key: _plain(one, f"{what}.{key}") for key, one in value.items()}
    if hasattr(value, "tolist"):
        return _plain(value.tolist(), what)
    if isinstance(value, (list, tuple, range)):
        return [_plain(one, f"{what}[{k}]") for k, one in enumerate(value)]
    raise TypeError(f"{what}: a config cannot say {type(value).__name__} {value!r}")


class Model:
    """A description of a simulation, in the words of docs/config.md.

    Model("config.json")   a SONATA simulation config, or {"network": ..., "simulation": ...}
    Model({...})           the same as a dict; file names are relative to `directory` (default: where Python runs)
    Model()                to be built: add_cell, synapse, generator, connect, stimulus, record. Its run.tstop is 1000 ms unless run_options says more: a
                           simulation may run on from there, but reports that are given an end and inputs that draw numbers end

    `model.config` is the dict that all of them work on; whatever a config can say can be written there. Nothing is checked before a
    Simulation is made of it.
    """

    def __init__(self, config=None, directory=None):
        self._file = None
        if config is None or isinstance(config, dict):
            self.config = _plain(config, "config") if config is not None else {"run": {"tstop": 1000.0}}
            self.directory = os.path.abspath(os.fspath(directory)) if directory is not None else os.getcwd()
        elif isinstance(config, (str, os.PathLike)):
            self._file = os.fspath(config)
            if directory is not None:
                raise TypeError("directory goes with a dict: names in a file are relative to that file")
            self.config = json.loads(_rall.plain_json(self._file))
            self.directory = os.path.dirname(os.path.abspath(self._file))
            self._as_read = copy.deepcopy(self.config)
        else:
            raise TypeError(f"a model is a file name or a dict, not {type(config).__name__}")

    def to_config(self):
        """The config as a dict of its own: Model(model.to_config(), model.directory) is the same model."""
        return copy.deepcopy(_plain(self.config, "config"))

    def save(self, file):
        """Writes the config as JSON. Names in it stay as they are: they are relative to `directory`."""
        with open(file, "w", encoding="utf-8") as out:
            json.dump(self.to_config(), out, indent=2)
            out.write("\n")

    def _source(self):
        """What a simulation reads: (text, file, is_file). A file that was not changed is read itself, so that messages name its lines."""
        if self._file is not None and self.config == self._as_read:
            return "", self._file, True
        try:
            text = json.dumps(self.to_config(), indent=1, allow_nan=False)
        except ValueError as error:
            raise UsageError(f"the config has a number that is none: {error}") from None
        name = os.path.basename(self._file) if self._file else "model.json"
        return text, os.path.join(self.directory, name), False

    # Building.

    def _section(self, name):
        section = self.config.setdefault(name, {})
        if not isinstance(section, dict):
            raise UsageError(f"config[{name!r}] is no dict of entries")
        return section

    def _add(self, section, name, stem, entry):
        if name is None:
            taken = {key for known in _NAMED for key in self.config.get(known, {})}
            name = next(candidate for k in range(len(taken) + 1) if (candidate := f"{stem}_{k}" if k else stem) not in taken)
        if not isinstance(name, str) or not name:
            raise TypeError(f"{name!r} is no name")
        entry = _plain({key: value for key, value in entry.items() if value is not None}, f"{section}.{name}")
        entries = self._section(section)
        if name in entries:
            raise UsageError(f"there is a {name!r} in {section} already")
        entries[name] = entry
        return name

    def add_cell(self, morphology=None, biophysics=None, name=None, count=1, **more):
        """Adds a cell, or `count` alike.

        morphology: a file (SWC, ASC), a Morphology, or a list of sections as `stylized` has them: [{"name": "soma", "L": 20, "diam": 20}]
        biophysics: a file, or a dict: {"regions": {"all": {"mechanisms": {"hh": {}}}}}
        more:       other keys of an entry of "cells": position, spike_threshold, neuroml, ...
        """
        entry = dict(more)
        if isinstance(morphology, (list, tuple)):
            entry["stylized"] = list(morphology)
        elif morphology is not None:
            entry["morphology"] = os.path.abspath(morphology.file) if isinstance(morphology, Morphology) else morphology
        if biophysics is not None:
            entry["biophysics"] = biophysics
        if not isinstance(count, int) or isinstance(count, bool) or count < 1:
            raise ValueError(f"count={count!r}: a whole number from 1 on")
        if count > 1:
            entry["count"] = count
        return Cells(self._add("cells", name, "cell", entry), count)

    def synapse(self, place, mechanism, name=None, pointers=None, vectors=None, **parameters):
        """Places a point process (ExpSyn, or one of a .mod file) at all that `place` means; `parameters` in their units: tau=2, e=0."""
        place = _place(place)
        entry = {"mechanism": mechanism, "cells": place.cells, "location": place.location or None, "pointers": pointers, "vectors": vectors,
                 "parameters": parameters or None}
        return Entry("synapses", self._add("synapses", name, "syn", entry))

    def generator(self, mechanism=None, name=None, count=None, times=None, spike_file=None, population=None, record=None, **parameters):
        """Spikes from outside: an artificial cell (NetStim, interval=10, ...), spike times in ms, or the trains of a file."""
        entry = {"mechanism": mechanism, "count": count, "times": times, "spike_file": spike_file, "population": population, "record": record,
                 "parameters": parameters or None}
        return Entry("generators", self._add("generators", name, "gen", entry))

    def connect(self, source, target, weight, delay=1.0, **more):
        """Connects cells (their spikes), generators or synapses that send events with an entry of synapses. weight in the unit of the synapse (uS for
        ExpSyn), delay in ms; more: rule, threshold, location, p, ... as an entry of "connections" has them."""
        entry = {"source": source, "target": target, "weight": weight, "delay": delay, **more}
        if isinstance(source, Place) and source.location:
            entry["location"] = source.location
        connections = self.config.setdefault("connections", [])
        if not isinstance(connections, list):
            raise UsageError("config['connections'] is no list")
        connections.append(_plain(entry, f"connections[{len(connections)}]"))

    def stimulus(self, place, module="linear", input_type="current_clamp", name=None, delay=0.0, duration=None, **more):
        """A stimulus, as an entry of "inputs" has it: stimulus(cell.soma(0.5), amp_start=0.4, delay=100, duration=300) is a current of 0.4 nA."""
        entry = {"module": module, "input_type": input_type, "delay": delay, "duration": duration, **more}
        if place is not None:
            place = _place(place)
            entry.update(node_set=place.cells, location=place.location or None)
        return Entry("inputs", self._add("inputs", name, "input", entry))

    def record(self, place, variable="v", name=None, dt=0.1, **more):
        """Records a variable ("v", "hh.m", "cai", "i_membrane"; of synapses "g") each `dt` ms: sim.reports[name]."""
        entry = {"variable_name": variable, "dt": dt, **more}
        if isinstance(place, Entry):
            entry["synapses"] = place.name
        elif place is not None:
            place = _place(place)
            entry.update(cells=place.cells, location=place.location or None)
        stem = "".join(c if c.isalnum() else "_" for c in variable)
        return Entry("reports", self._add("reports", name, stem, entry))

    def run_options(self, **options):
        """Keys of "run": tstop, dt, random_seed, integration_method, ..."""
        self._section("run").update(_plain(options, "run"))

    def conditions(self, **options):
        """Keys of "conditions": celsius, v_init, mechanisms."""
        self._section("conditions").update(_plain(options, "conditions"))

    @property
    def cells(self):
        """The entries of "cells", by name."""
        return {name: Cells(name, entry.get("count", 1)) for name, entry in self.config.get("cells", {}).items()}

    def __repr__(self):
        parts = [f"{len(self.config[key])} {key}" for key in ("cells", "synapses", "generators", "connections", "inputs", "reports") if self.config.get(key)]
        return f"<rall model {self._file or ''}: {', '.join(parts) or 'nothing yet'}>"


def example(name):
    """The config of an example that comes with Rall, as a file: example("pyramidal"). It may be read where it is; results do not belong there."""
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "examples")
    known = sorted(one for one in os.listdir(folder) if os.path.exists(os.path.join(folder, one, one + ".json")))
    if name not in known:
        raise UsageError(f"there is no example {name!r}; there are {', '.join(known)}")
    return os.path.join(folder, name, name + ".json")


def _place(place):
    if isinstance(place, Place):
        return place
    if isinstance(place, tuple) and len(place) == 2 and all(isinstance(part, str) for part in place):
        return Place(*place)
    if isinstance(place, str):
        return Place(place)
    raise TypeError(f"{place!r} is no place; expected cell.soma(0.5), or (\"cell\", \"soma(0.5)\")")
