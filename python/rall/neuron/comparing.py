"""The same model in NEURON and in Rall, step by step."""
from dataclasses import dataclass, field

import numpy
from neuron import h

from . import memory
from .addresses import Variable
from .writing import rows_of_spikes


@dataclass
class Comparison:
    """How far Rall's run is from NEURON's. Differences of v are in mV, of spikes in ms; states are compared at the end."""
    steps: int
    largest: float  # of v
    largest_at: str  # place and time
    parted: str  # where v first differs by more than `tolerance`; "" where it never does
    tolerance: float
    spikes: int  # in Rall
    spikes_neuron: int
    spikes_apart: int  # by more than half a step, or only in one of them
    no_number: str = ""  # where NEURON's v is none (a section without capacitance, say), which is left out
    states: dict = field(default_factory=dict)  # "m of hh" -> (largest difference, place)
    seconds: float = 0
    seconds_neuron: float = 0

    def __str__(self):
        lines = [f"{self.steps} steps: v differs by {self.largest:.2g} mV at most, {self.largest_at}",
                 self.parted or f"nowhere by more than {self.tolerance:g} mV",
                 *([f"left out: {self.no_number}"] if self.no_number else []),
                 f"spikes: {self.spikes}, in NEURON {self.spikes_neuron}, of which {self.spikes_apart} in another step"]
        lines += [f"{name}: {difference:.2g} at {place}" for name, (difference, place) in
                  sorted(self.states.items(), key=lambda entry: -entry[1][0])[:5]]
        lines.append(f"Rall took {self.seconds:.3g} s, NEURON {self.seconds_neuron:.3g} s")
        return "\n".join(lines)


def watched(extraction):
    """v of all compartments."""
    return [Variable("", "v", -1, site) for site in range(extraction.trees.n_compartments)]


def compare(extraction, result, tolerance):
    """NEURON takes the steps that Rall has taken; its state afterwards is its own."""
    from time import perf_counter
    trees, n = extraction.trees, extraction.trees.n_compartments
    v = result["samples"][extraction.watched]
    v_at = trees.v_at[:n]
    largest, at, parted, seconds, none = 0.0, "", "", 0.0, numpy.zeros(n, bool)
    for step, row in enumerate(v):
        begin = perf_counter()
        h.fadvance()
        seconds += perf_counter() - begin
        theirs = memory.read(v_at)
        none |= ~numpy.isfinite(theirs)
        difference = numpy.where(none & numpy.isfinite(row), 0, numpy.abs(theirs - row))
        worst = int(difference.argmax())
        where = f"at {trees.place(worst)} after step {extraction.step + step + 1}, t = {h.t:g} ms"
        if not difference[worst] <= largest:
            largest, at = float(difference[worst]), where
        if not parted and not difference[worst] <= tolerance:
            parted = f"they part {where}: v is {row[worst]:.10g} mV, in NEURON {theirs[worst]:.10g} mV"
    comparison = Comparison(len(v), largest, at, parted, tolerance, 0, 0, 0, seconds=result["run_seconds"], seconds_neuron=seconds)
    if none.any():
        comparison.no_number = f"{trees.place(int(none.argmax()))} and {none.sum() - 1} others, where NEURON's v is no number"
    compare_spikes(extraction, result, comparison)
    compare_states(extraction, result, comparison)
    return comparison


def compare_spikes(extraction, result, comparison):
    """Those that NEURON records into Vectors."""
    ours = rows_of_spikes(extraction, result)
    for at, times in ours.items():
        before, vector = extraction.spikes_before[at], extraction.vectors(at)
        theirs = memory.numbers(vector)[before:]
        a, b = (numpy.rint(numpy.sort(x) / extraction.dt).astype(int) for x in (times, theirs))
        comparison.spikes += len(a)
        comparison.spikes_neuron += len(b)
        values, counts = numpy.unique(numpy.concatenate([a, b]), return_inverse=True)
        if len(values):
            comparison.spikes_apart += int(numpy.abs(numpy.bincount(counts[:len(a)], minlength=len(values))
                                                     - numpy.bincount(counts[len(a):], minlength=len(values))).sum())


def compare_states(extraction, result, comparison):
    for instances, values in zip(extraction.mechanisms, result["mechanisms"]):
        theirs, ours = instances.values(), numpy.asarray(values).reshape(len(instances), -1)
        for name in extraction.states.get(instances.kind.name, ()):
            if name not in instances.kind.variables:
                continue
            first, size = instances.kind.variables[name]
            difference = numpy.abs(theirs[:, first:first + size] - ours[:, first:first + size]).max(axis=1)
            worst = int(difference.argmax())
            site = int(instances.sites[worst])
            place = extraction.trees.place(site) if site >= 0 else instances.name(worst)
            comparison.states[f"{name} of {instances.kind.name}"] = (float(difference[worst]), place)
