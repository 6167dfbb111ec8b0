"""What a run has brought goes to NEURON: v, states, concentrations, recorded Vectors, spikes, t."""
import numpy
from neuron import h

from . import memory


THRESHOLD_EPSILON = 1e-10  # ms, what NEURON adds to the time of a crossing


def write_state(extraction, result):
    memory.write(extraction.trees.v_at, result["v"])
    for instances, values in zip(extraction.mechanisms, result["mechanisms"]):
        at = instances.addresses()
        memory.write(at, values.reshape(at.shape[0], -1)[:, :at.shape[1]])  # without what is GLOBAL
    for instances, (reversal, inner, outer) in zip(extraction.ions, result["ions"]):
        memory.write(instances.addresses()[:, :3], numpy.column_stack([reversal, inner, outer]))


def write_weights(extraction, result):
    """Of connections that NET_RECEIVE has changed."""
    connections = extraction.connections
    n = len(connections.weight)
    has_weight = connections.n_weights > 0
    now = numpy.where(has_weight, memory.read(numpy.where(has_weight, connections.weight_at, connections.at)), 0)
    changed = numpy.flatnonzero(has_weight & (result["weights"][:n] != now))
    memory.write(connections.weight_at[changed], result["weights"][:n][changed])
    for k, others in result["others"].items():
        if k < n:
            own = int(connections.n_weights[k]) - 1
            memory.write(connections.weight_at[k] + 8 + 8 * numpy.arange(own), numpy.array(others)[:own])


def times_of_steps(t, dt, n):
    """[n + 1] NEURON's t, which it adds half a step to twice a step."""
    return numpy.cumsum(numpy.concatenate([[t], numpy.full(2 * n, 0.5 * dt)]))[::2]


def due_times(interval, end):
    """When a Vector with an interval takes its samples: NEURON adds it up."""
    return numpy.cumsum(numpy.concatenate([[0], numpy.full(int(end / interval) + 2, interval)]))


def append(vector, values):
    before = int(vector.size())
    vector.resize(before + len(values))
    if len(values):
        vector.as_numpy()[before:] = values


def write_recordings(extraction, result, times):
    samples = dict(zip(extraction.probes, result["samples"]))
    dt, first = extraction.dt, extraction.step
    for recording, column in zip(extraction.recordings, extraction.columns):
        rows = samples[column[0]][:, column[1]] if column else times[1:]
        period = column[0][2] if column else 1
        if recording.interval or recording.times is not None:
            before = int(recording.vector.size())
            due = recording.times if recording.times is not None else due_times(recording.interval, times[-1])
            due = due[before:]
            # An event is dealt with in the step whose middle it does not pass; at the end those of the past are.
            steps = numpy.minimum(numpy.searchsorted(times + dt / 2, due), len(times) - 1)
            done = due <= numpy.maximum(times[-1], times[-2] + dt / 2)
            due, steps = due[done], steps[done] + first
            rows = rows[numpy.maximum(steps // period - first // period - 1, 0)] if column else due
        append(recording.vector, rows)


def spikes_of(extraction, result, times=None):
    """Numbers of sources and times (ms) of all spikes, by time, then source. `times`: NEURON's t after each step."""
    number = extraction.source_number[result["spike_sources"]] if len(result["spike_sources"]) else numpy.zeros(0, int)
    spikes = result["spike_times"]
    if times is not None:
        step = numpy.rint(spikes / extraction.dt).astype(int) - extraction.step
        spikes = numpy.where(extraction.sources.site[number] >= 0, times[numpy.clip(step, 0, len(times) - 1)] + THRESHOLD_EPSILON, spikes)
    end = (int(result["steps"]) + 0.25) * extraction.dt
    trains = {source: train[train <= end] for source, train in extraction.trains.items()}
    number = numpy.concatenate([number, *(numpy.full(len(train), source) for source, train in trains.items())]).astype(int)
    spikes = numpy.concatenate([spikes, *trains.values()])
    order = numpy.lexsort((number, spikes))
    return number[order], spikes[order]


def rows_of_spikes(extraction, result):
    """{where a Vector is: the times that go there}"""
    number, spikes = spikes_of(extraction, result)
    return {at: spikes[extraction.sources.times[number] == at] for at in extraction.spikes_before}


def write_spikes(extraction, result, times):
    """To the Vectors of NetCon.record and ParallelContext.spike_record."""
    sources = extraction.sources
    number, spikes = spikes_of(extraction, result, times)
    for where, values in (sources.times, spikes), (sources.ids, sources.record_id[number].astype(float)):
        for at in numpy.unique(where[number]):
            vector = extraction.vectors(int(at))
            if vector is not None:
                append(vector, values[where[number] == at])


def write(extraction, result):
    times = times_of_steps(extraction.t, extraction.dt, int(result["steps"]) - extraction.step)
    extraction.own.bring_to_end(times)
    write_recordings(extraction, result, times)
    write_spikes(extraction, result, times)
    write_state(extraction, result)
    write_weights(extraction, result)
    h.t = float(times[-1])
