"""Currents of a config's inputs as NEURON makes them: an IClamp whose amplitude Vector.play moves."""
import numpy
from columns import column
from neuron import h

NUMBERS = ("amp", "amp_start", "amp_end", "delay", "duration", "width", "frequency", "freq", "phase", "offset", "percent_start", "percent_end",
           "percent_less")
# Modules that become an IClamp whose amplitude NEURON's Vector.play moves, and their keys.
WAVEFORMS = {"linear": ("amp_start", "amp", "amp_end"), "relative_linear": ("percent_start", "percent_end"), "subthreshold": ("percent_less",),
             "hyperpolarizing": (), "pulse": ("amp_start", "amp", "width", "frequency"),
             "sinusoidal": ("amp_start", "amp", "frequency", "freq", "phase", "offset"),
             "sine": ("amp_start", "amp", "frequency", "freq", "phase", "offset"), "play": ("times", "dt", "amps", "interpolation")}


def check_keys(what, found, known):
    unknown = set(found) - set(known)
    if unknown:
        raise NotImplementedError(f"{what}: {', '.join(sorted(unknown))} is not in the NEURON side of the comparison")


def tables_of(value, n, folder):
    """A table for each of n electrodes: one for all, or a list of them."""
    nested = isinstance(value, list) and isinstance(value[0], (list, dict))
    return [column(table, folder) for table in value] if nested else [column(value, folder)] * n


def played(shape, segment):
    times, amps, continuous = shape
    clamp, times, amps = h.IClamp(segment), h.Vector(times), h.Vector(amps)
    clamp.delay, clamp.dur = 0, 1e9
    amps.play(clamp._ref_amp, times, continuous)
    return clamp, times, amps


def waveform(module, entry, cell, run):
    """Times and currents of an input in a cell (what was measured of it) for Vector.play, and whether straight lines join them."""
    check_keys("input", entry, ("module", "input_type", "node_set", "location", "delay", "duration", *WAVEFORMS[module]))
    begin, end = entry.get("delay", 0), entry.get("delay", 0) + entry.get("duration", 1e9)
    amp = entry.get("amp_start", entry.get("amp"))
    if module in ("linear", "relative_linear", "subthreshold", "hyperpolarizing"):
        if module == "relative_linear":
            amp = cell["threshold_current"] * entry["percent_start"] / 100
            last = cell["threshold_current"] * entry.get("percent_end", entry["percent_start"]) / 100
        elif module == "subthreshold":
            amp = last = cell["threshold_current"] * (100 - entry["percent_less"]) / 100
        elif module == "hyperpolarizing":
            amp = last = cell["holding_current"]
        else:
            last = entry.get("amp_end", amp)
        return [0, begin, begin, end, end, end + 1], [0, 0, amp, last, 0, 0], True  # a jump at the very end would not be taken
    if module == "pulse":
        starts = numpy.arange(begin, end, 1000 / entry["frequency"])
        edges = [edge for start in starts for edge in (start, min(start + entry["width"], end))]
        return [0, *edges], [0, *([amp, 0] * len(starts))], False
    if module in ("sinusoidal", "sine"):
        dt = run.get("dt", 0.025)  # the current at t + dt/2 is what a step sees
        t = (numpy.arange(round(run["tstop"] / dt)) + 0.5) * dt
        frequency = entry.get("frequency", entry.get("freq"))
        wave = entry.get("offset", 0) + amp * numpy.sin(2 * numpy.pi * (frequency * (t - begin) / 1000 + entry.get("phase", 0) / 360))
        return t, numpy.where((t >= begin) & (t < end), wave, 0), True
    t = numpy.arange(len(entry["amps"])) * entry["dt"] if "dt" in entry else numpy.array(entry["times"])
    t, amps, linear = t + begin, numpy.array(entry["amps"], dtype=float), entry.get("interpolation") == "linear"
    before = t < end
    cut = [numpy.interp(end, t, amps)] if linear else []
    return ([0, t[0], *t[before], end, end, end + 1] if linear else [0, *t[before], end],
            [0, 0, *amps[before], *cut, 0, 0] if linear else [0, *amps[before], 0], linear)
