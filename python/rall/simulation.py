"""A model that runs: to a time, is looked at, changed, and goes on."""

import os
import sys
import time

from . import _rall
from ._findings import Findings, told
from .errors import InputError, UsageError
from .model import Entry, Model, Place, Sections


class Spikes:
    """times (ms) and gids, arrays side by side, ordered by time, then gid."""

    __slots__ = ("times", "gids")

    def __init__(self, times, gids):
        self.times, self.gids = times, gids

    def __len__(self):
        return len(self.times)

    def __iter__(self):
        return iter(zip(self.times.tolist(), self.gids.tolist()))

    def of(self, gid):
        """Times of one source, ms."""
        return self.times[self.gids == gid]

    def to_pandas(self):
        """A data frame with the columns time and gid."""
        import pandas

        return pandas.DataFrame({"time": self.times, "gid": self.gids})

    def plot(self, ax=None, **more):
        """A mark for each spike: t (ms) to the right, gids upwards. On `ax`, or on a figure of its own; `more` goes to matplotlib's plot. Returns the axes."""
        from .pictures import draw_spikes

        return draw_spikes(self, ax, **more)

    def __repr__(self):
        return f"<{len(self)} spikes>"


class Report:
    """What a report has recorded so far.

    values: [rows, columns], a view of the simulation's memory that never changes; time: [rows], ms; columns: names; units.
    """

    __slots__ = ("name", "units", "columns", "start", "dt", "values")

    def __init__(self, name, units, columns, start, dt, values):
        self.name, self.units, self.columns, self.start, self.dt, self.values = name, units, columns, start, dt, values

    @property
    def time(self):
        import numpy

        return self.start + self.dt * numpy.arange(len(self.values))

    def __getitem__(self, column):
        """A column by its name or number, [rows]."""
        if isinstance(column, str):
            if column not in self.columns:
                raise KeyError(f"{self.name} has no column {column!r}; it has {', '.join(self.columns[:10])}")
            column = self.columns.index(column)
        return self.values[:, column]

    def to_pandas(self):
        """A data frame, one column each, indexed by time (ms)."""
        import pandas

        return pandas.DataFrame(self.values, index=pandas.Index(self.time, name="t"), columns=self.columns)

    def to_xarray(self):
        """A DataArray with the dimensions t (ms) and column."""
        import xarray

        return xarray.DataArray(self.values, dims=("t", "column"), coords={"t": self.time, "column": self.columns}, name=self.name, attrs={"units": self.units})

    def plot(self, ax=None, **more):
        """A line for each column over t (ms), the first 12 or those that `columns=[name, ...]` names. On `ax`, or on a figure of its own; `more` goes to
        matplotlib's plot. Returns the axes."""
        from .pictures import draw_report

        return draw_report(self, ax, **more)

    def __len__(self):
        return len(self.values)

    def __repr__(self):
        return f"<report {self.name}: {self.values.shape[0]} rows of {len(self.columns)} columns, {self.units}>"


class Reports:
    """The reports by their names; `reports.v_soma` is `reports["v_soma"]`."""

    def __init__(self, simulation):
        self._simulation = simulation

    def keys(self):
        return [report[0] for report in self._simulation.reports()]

    def __getitem__(self, name):
        for k, (own, units, columns, start, dt) in enumerate(self._simulation.reports()):
            if own == name:
                return Report(own, units, columns, start, dt, self._simulation.rows(k))
        raise KeyError(f"there is no report {name!r}; there are {', '.join(self.keys()) or 'none'}")

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self[name]
        except KeyError as error:
            raise AttributeError(str(error)) from None

    def __iter__(self):
        return (self[name] for name in self.keys())

    def __len__(self):
        return len(self._simulation.reports())

    def __dir__(self):
        return [*super().__dir__(), *self.keys()]

    def __repr__(self):
        return "\n".join(repr(report) for report in self) or "no reports"


class View:
    """Variables at some places of a simulation, `sim[place]`: `.v`, `.cai`, `.hh.m`, of a synapse `.g` and `.tau`.

    Reading gives a number where there is one place, else an array; so does setting take a number for all, or one for each. v and states are set now.
    Parameters hold from then on, as if the config had said so and the run went on from a checkpoint.
    """

    __slots__ = ("_simulation", "_places", "_mechanism", "_known")

    def __init__(self, simulation, places, mechanism=""):
        for name, value in zip(self.__slots__, (simulation, places, mechanism, {})):
            object.__setattr__(self, name, value)

    def _variable(self, name):
        if not isinstance(name, str):
            raise TypeError(f"{name!r} is no name of a variable")
        found = self._known.get(name)
        if found is None:
            found = self._known[name] = _rall.find_variable(self._simulation, name, self._mechanism, self._places)
        return found

    def get(self, name):
        """The same for a name that is no word: get("m[2]")."""
        values = self._variable(name).get()
        return float(values[0]) if len(values) == 1 else values

    def set(self, name, value):
        self._variable(name).set(value)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        if name in self._known:
            return self.get(name)
        if not self._mechanism and name in self._simulation.mechanisms():
            return View(self._simulation, self._places, name)
        try:
            return self.get(name)
        except InputError as error:
            if error.code != "unknown-variable":
                raise
            raise AttributeError(str(error)) from None

    def __setattr__(self, name, value):
        self.set(name, value)

    def __len__(self):
        return len(self._places)

    @property
    def where(self):
        """What the places are: a list of dicts (gid, section, x, distance, area, ...)."""
        return self._simulation.describe(self._places)

    def send(self, time, weight):
        """An event for each place at `time` (ms), as a connection of this weight brings it."""
        self._simulation.send(self._places, float(time), float(weight))

    def __repr__(self):
        return f"<{len(self)} place(s){' of ' + self._mechanism if self._mechanism else ''}>"


class Simulation:
    """A model that runs.

        sim = rall.Simulation(rall.Model("config.json"))
        sim.run(100)                       # to t = 100 ms
        sim["ca1", "soma(0.5)"].v          # mV
        sim["ca1", "apic"].hh.gnabar = 0   # from now on
        sim.run(200)

    model:      a Model, or what a Model takes
    threads:    of the process, which its first simulation decides; 0: all cores. Results do not depend on it
    keep:       variables to be looked at that exist only inside of a step: ["i_membrane", "hh.gna", "ica"]
    mechanisms: directories of .mod files beside those that the config names
    exact:      KINETIC schemes by the exponential of their rates

    Raises InputError where the model is wrong, and warns (InputWarning) of what is most likely not meant. Results stay in memory; `rall run` is what writes files.
    """

    def __init__(self, model, threads=0, keep=(), mechanisms=(), exact=False):
        self._simulation = None
        if not isinstance(model, Model):
            model = Model(model)
        if isinstance(keep, str) or isinstance(mechanisms, (str, os.PathLike)):
            raise TypeError("keep and mechanisms are lists")
        text, file, is_file = model._source()
        self.model = model
        self._simulation = _rall.open_simulation(text, file, is_file, threads, list(keep), [os.fspath(one) for one in mechanisms], bool(exact))
        told(self._simulation.found, 2)
        self._spikes = None
        self._epoch_calls = []
        self._shows_progress = sys.stderr is not None and sys.stderr.isatty()

    # Running.

    def run(self, t=None, on_epoch=None, progress=None):
        """Runs to the time `t` (ms since the begin of the simulation; default: run.tstop of the config), from wherever it is.

        on_epoch: called after each epoch (at most 10 ms of the model's time); may look at the simulation and change it, and stops it there by raising
        progress: True or False; by default a bar shows in a terminal when a run takes longer than two seconds
        How many calls a run is made in changes no result. Ctrl-C stops it at the end of an epoch, and the simulation can go on.
        """
        simulation = self._simulation
        t = simulation.tstop if t is None else float(t)
        calls = [*self._epoch_calls, *([on_epoch] if on_epoch else [])]
        if any(not callable(call) for call in calls):
            raise TypeError("on_epoch takes a function")
        bar = _Bar(simulation.t, t) if progress or (progress is None and self._shows_progress) else None
        if bar:
            bar.wait = 0 if progress else bar.wait
        if not calls and not bar:
            simulation.run_until(t, None)
            return

        def after_epoch():
            for call in calls:
                call(self)
            if bar:
                bar.show(simulation.t)

        try:
            simulation.run_until(t, after_epoch)
        finally:
            if bar:
                bar.end()

    def on_epoch(self, call):
        """Has `call(simulation)` called after each epoch of each run; may be used as a decorator."""
        if not callable(call):
            raise TypeError("on_epoch takes a function")
        self._epoch_calls.append(call)
        return call

    @property
    def t(self):
        """ms."""
        return self._simulation.t

    @property
    def dt(self):
        """ms."""
        return self._simulation.dt

    @property
    def epoch(self):
        """ms: between two exchanges of spikes, the shortest delay, at most 10 ms."""
        return self._simulation.epoch

    @property
    def celsius(self):
        """degC; may be set between runs."""
        return self._simulation.celsius

    @celsius.setter
    def celsius(self, value):
        self._simulation.celsius = value

    # Looking and changing.

    def places(self, what, location=""):
        """What `sim[what]` means, for a place that is asked for often."""
        if isinstance(what, tuple):
            if len(what) != 2 or location:
                raise KeyError(f"{what!r}: expected sim[cells, location]")
            what, location = what
        if isinstance(what, Sections) or isinstance(what, Place):
            what, location = what.cells, location or what.location
        elif isinstance(what, Entry):
            what = what.name
        if not isinstance(what, str) or not isinstance(location, str):
            raise TypeError(f"{what!r} is no place; expected the name of an entry, (\"cells\", \"soma(0.5)\"), or what the model's builders return")
        if not what and not location:
            raise UsageError("sim[\"\"] means no place; sim[\"\", \"soma(0.5)\"] is a place in all cells")
        entries = self._simulation.entries()
        name = what.split("[")[0]
        if not location and name not in entries["points"]:
            if name in entries["cells"]:
                location = "all"
            else:
                what, location = "", what  # a location in all cells
        return self._simulation.places(what, location)

    def __getitem__(self, what):
        """sim["ca1", "soma(0.5)"], sim["ca1"] (all its compartments), sim["soma(0.5)"] (in all cells), sim[cell.dend[3](0.5)], sim["syn[2]"]."""
        return View(self._simulation, self.places(what))

    def send(self, target, time, weight):
        """An event for the instances that `target` means (an entry of synapses or generators) at `time` (ms), as a connection of this weight brings it."""
        self[target].send(time, weight)

    @property
    def spikes(self):
        """All so far, as Spikes."""
        if self._spikes is None or len(self._spikes) != self._simulation.n_spikes():
            self._spikes = Spikes(*self._simulation.spikes())
        return self._spikes

    @property
    def reports(self):
        """What the reports have recorded so far, by name."""
        self._simulation.t  # a closed simulation has none
        return Reports(self._simulation)

    @property
    def cells(self):
        """Entries of cells and sources, with their gids."""
        return {name: range(first, first + count) for name, (first, count) in self._simulation.entries()["cells"].items()}

    @property
    def size(self):
        """Cells, compartments, connections, bytes, ..."""
        return self._simulation.size

    @property
    def diagnostics(self):
        """Notes and warnings about the model."""
        return Findings(self._simulation.found)

    # Checkpoints, and the end.

    def save(self, file):
        """Writes a checkpoint, changed parameters included. It is replaced in one go, and the one before kept as NAME.previous.h5."""
        self._simulation.save(file)

    def restore(self, file, other_values=False):
        """Becomes what a simulation of this model was when it was saved. With `other_values` this model's parameters may be others, and hold from now on."""
        self._simulation.restore(file, other_values)
        self._spikes = None

    def close(self):
        """Gives its memory back; it cannot be used any more. `with rall.Simulation(...) as sim:` does it at the end."""
        if self._simulation is not None:
            self._simulation.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __reduce__(self):
        raise TypeError("a simulation cannot be pickled: save() writes what it is to a file")

    def __copy__(self):
        raise TypeError("a simulation cannot be copied: make another, save() and restore()")

    def __deepcopy__(self, _):
        return self.__copy__()

    def plot(self, variable=None, ax=None):
        """Draws the cells, coloured by a variable such as "v" if one is given (matplotlib)."""
        from .pictures import draw_simulation

        return draw_simulation(self, variable, ax)

    def _repr_html_(self):
        from .pictures import simulation_html

        return simulation_html(self)

    def __repr__(self):
        if self._simulation is None or self._simulation.closed:
            return "<rall simulation, closed>"
        size = self.size
        return f"<rall simulation at {self.t:g} ms: {size['cells']} cells, {size['compartments']} compartments, {len(self.spikes)} spikes>"


class _Bar:
    """Progress on the standard error, once a run takes longer than two seconds."""

    def __init__(self, begin, end):
        self.begin, self.end_time, self.started, self.shown, self.wait = begin, end, time.monotonic(), 0.0, 2.0

    def show(self, t):
        now = time.monotonic()
        if now - self.started < self.wait or now - self.shown < 0.2 or t <= self.begin:
            return
        self.shown = now
        left = (now - self.started) * (self.end_time - t) / (t - self.begin)
        sys.stderr.write(f"\r{t:.1f} of {self.end_time:g} ms, {(t - self.begin) / (now - self.started):.1f} ms/s, {left:.0f} s left \033[K")
        sys.stderr.flush()

    def end(self):
        if self.shown:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()


def threads():
    """Threads that this process computes with. Kokkos starts where it has not yet."""
    _rall.start(0)
    return _rall.threads()


def set_threads(n):
    """Decides how many threads this process computes with, before its first simulation."""
    if not isinstance(n, int) or isinstance(n, bool) or n < 1:
        raise UsageError(f"threads={n!r}: a whole number from 1 on")
    _rall.start(n)
