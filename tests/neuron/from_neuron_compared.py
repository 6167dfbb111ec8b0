#!/usr/bin/python3
"""A comparison tells where Rall and NEURON part: nowhere for a model as it is, in the right place and step where NEURON's is changed on the way;
what is no number in NEURON is told and left out.

    from_neuron_compared.py
"""
from neuron import h

import rall
from rall.neuron import comparing

h.load_file("stdrun.hoc")


def main():
    soma, bare = h.Section(name="soma"), h.Section(name="bare")
    soma.insert("hh")
    clamp = h.IClamp(soma(0.5))
    clamp.delay, clamp.dur, clamp.amp = 2, 10, 20
    stimulus, synapse = h.NetStim(), h.ExpSyn(soma(0.5))
    stimulus.noise, stimulus.interval, stimulus.number, stimulus.start = 1, 2, 100, 1  # draws from NEURON's own generator
    wire = h.NetCon(stimulus, synapse)
    wire.weight[0] = 0.1
    heard, spikes = h.Vector(), h.Vector()
    wire.record(heard)
    detector = h.NetCon(soma(0.5)._ref_v, None, sec=soma)
    detector.record(spikes)

    h.finitialize(-65)
    carried = rall.from_neuron()
    result = carried._run(20, comparing.watched(carried.extraction))
    bare(0.5).v = float("nan")  # NEURON's alone
    found = comparing.compare(carried.extraction, result, 1e-3)
    print(found)
    assert found.steps == 800 and abs(h.t - 20) < 1e-9
    assert found.largest < 1e-6 and not found.parted, found.largest_at
    assert found.spikes == found.spikes_neuron == len(heard) + len(spikes) and len(heard) > 2 and len(spikes) > 0 and found.spikes_apart == 0
    assert found.no_number.startswith("bare(0.5) and 0 others"), found.no_number

    h.finitialize(-65)
    carried = rall.from_neuron()
    result = carried._run(20, comparing.watched(carried.extraction))
    clamp.delay = 5.0125
    parted = comparing.compare(carried.extraction, result, 1e-3).parted
    print(parted)
    assert "soma(0.5) after step 81, t = 2.025 ms" in parted, parted


if __name__ == "__main__":
    main()
