"""Sweeps over parameters and channels under a voltage clamp, with results as data."""

import csv
import io
import json
import os
import tempfile

from . import _rall
from ._findings import Findings, told
from .errors import InputError, UsageError


class Table(dict):
    """Columns by name, each an array or a list; `table["spike_count"]`. to_pandas() gives a data frame; diagnostics: what was noticed."""

    def to_pandas(self):
        import pandas

        return pandas.DataFrame(dict(self))

    def __repr__(self):
        n = len(next(iter(self.values()), ()))
        return f"<table of {n} rows: {', '.join(self)}>"

    def _repr_html_(self):
        try:
            return self.to_pandas()._repr_html_()
        except ImportError:
            return None


def _table(text, **more):
    import numpy

    rows = list(csv.reader(io.StringIO(text)))
    table = Table()
    for k, name in enumerate(rows[0]):
        column = [row[k] for row in rows[1:]]
        try:
            table[name] = numpy.array([float(value) if value else numpy.nan for value in column])
        except ValueError:
            table[name] = column
    return table


def sweep(description, directory=None, output_dir=None, threads=0, batch=0, on_progress=None):
    """Runs the members of a sweep (docs/sweep.md) and returns their table: parameters, status and features, one row each.

    description: a file, or a dict whose file names are relative to `directory` (default: where Python runs)
    output_dir:  where finished members are kept, so that a sweep that was interrupted goes on; default: nowhere
    on_progress: called with the numbers of members done and in all
    """
    import contextlib

    with contextlib.ExitStack() as stack:
        if isinstance(description, dict):
            base = os.path.abspath(os.fspath(directory)) if directory is not None else os.getcwd()
            handle, file = tempfile.mkstemp(".json", ".rall-sweep-", base)
            stack.callback(os.unlink, file)
            with os.fdopen(handle, "w", encoding="utf-8") as out:
                json.dump(description, out, indent=1)
        else:
            file = os.fspath(description)
        place = os.fspath(output_dir) if output_dir is not None else stack.enter_context(tempfile.TemporaryDirectory(prefix="rall-sweep-"))
        os.makedirs(place, exist_ok=True)
        text, found = _rall.sweep(file, place, threads, batch, on_progress)
    table = _table(text)
    table.diagnostics = told(found, 2)
    return table


class ChannelResults:
    """What `rall.channel` measured.

    curves: {protocol: [curve, ...]} with points and fits, as `rall channel --json` has them (docs/channel.md); traces: a list of
    (protocol, variant, sweep, t in ms, v in mV, current in mA/cm2); variants: their labels; data: all of it.
    """

    def __init__(self, data, traces, found):
        self.data, self.traces, self.diagnostics = data, traces, found

    @property
    def variants(self):
        return [variant.get("label", variant.get("name")) for variant in self.data["variants"]]

    @property
    def protocols(self):
        return sorted({trace[0] for trace in self.traces})

    @property
    def differences(self):
        """How variants differ from the first: a list of dicts."""
        return self.data.get("differences", [])

    def traces_of(self, protocol):
        """Traces as a data frame with the columns variant, sweep, t, v, current."""
        import pandas

        parts = [pandas.DataFrame({"variant": variant, "sweep": sweep, "t": t, "v": v, "current": current})
                 for own, variant, sweep, t, v, current in self.traces if own == protocol]
        if not parts:
            raise KeyError(f"there is no protocol {protocol!r}; there are {', '.join(self.protocols)}")
        return pandas.concat(parts, ignore_index=True)

    def plot(self, protocol=None, ax=None):
        from .pictures import draw_traces

        return draw_traces(self, protocol or self.protocols[0], ax)

    def __repr__(self):
        return f"<rall channel results: {', '.join(map(str, self.variants))}; {', '.join(self.protocols)}>"


def channel(channels, sets=(), protocols=(), ions=None, constants=None, current="", waveform=None, dt=None, celsius=6.3, series_resistance=1e-9,
            capacitance=10.0, exact=True, tables=False, threads=0):
    """Puts channels under a voltage clamp and fits their curves (docs/channel.md): `rall channel` with results as data.

    channels:  a name or file, or a list of them; the first is what others are compared with
    sets:      variants, "gbar=0.1" or "R859C: shift=-8"
    protocols: names of built-in ones or files; default: all built-in ones
    ions:      {"ena": 50, "cai": 1e-4} (mV, mM); constants: of the protocols; celsius in degC; series_resistance in Mohm; capacitance in pF
    exact:     KINETIC schemes by the exponential of their rates, where that is possible
    """
    def texts(value):
        return [os.fspath(value)] if isinstance(value, (str, os.PathLike)) else [os.fspath(one) for one in value]

    for name, value in (("capacitance", capacitance), ("series_resistance", series_resistance)):
        if not 0 < value < 1e9:
            raise UsageError(f"{name}={value!r}; expected a number above 0")
    named = texts(channels)
    if not named:
        raise InputError("channel: no channel was named")
    data, traces, found = _rall.measure_channels(named, texts(sets), texts(protocols), [f"{name}={value!r}" for name, value in (ions or {}).items()],
                                                 dict(constants or {}), current, waveform, dt, celsius, series_resistance, capacitance, exact, tables, threads)
    return ChannelResults(json.loads(data), traces, told(found, 2))
