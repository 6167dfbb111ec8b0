"""Times Arbor on what bench/compartments.py wrote: arbor_side.py FILE [--threads N]. Prints seconds of the time loop and spikes as JSON.

Each compartment is a segment and a control volume of its own. Mechanisms are those of Arbor's catalogues (default, then Allen) by the name they have in
NEURON; those that it lacks are an error.
"""
import argparse
import json
import time
from pathlib import Path

import arbor
from arbor import units

NAMES = {"ExpSyn": "expsyn", "Exp2Syn": "exp2syn"}
OUTSIDE = 1e9  # ms, a duration that does not end

parser = argparse.ArgumentParser()
parser.add_argument("file", type=Path)
parser.add_argument("--threads", type=int, default=1)
arguments = parser.parse_args()
model = json.loads(arguments.file.read_text())


def catalogue():
    both = arbor.default_catalogue()
    both.extend(arbor.allen_catalogue(), "")
    return both


KNOWN = catalogue()


def density(mechanism, values):
    """A mechanism with its values: what it holds once for all cells is part of its name."""
    known = KNOWN[mechanism]
    globals_ = {name: value for name, value in values.items() if name in known.globals}
    name = mechanism + "".join(f"{'/' if k == 0 else ','}{key}={value}" for k, (key, value) in enumerate(globals_.items()))
    return arbor.density(name, {key: value for key, value in values.items() if key not in globals_})


def region(segments):
    text = " ".join(f"(segment {k})" for k in segments)
    return f"(join {text})" if len(segments) > 1 else text


def by_value(values, there):
    """Compartments that share a value."""
    found = {}
    for k, value in enumerate(values):
        if there[k]:
            found.setdefault(value, []).append(k)
    return found.items()


class Recipe(arbor.recipe):
    def __init__(self):
        super().__init__()
        self.kinds = [kind for kind in model["kinds"] for _ in range(kind["count"])]
        self.synapses = {}
        for number, synapse in enumerate(model["synapses"]):
            self.synapses.setdefault(synapse["at"][0], []).append((number, synapse))
        self.clamps = {}
        for clamp in model["clamps"]:
            self.clamps.setdefault(clamp["at"][0], []).append(clamp)
        self.heard, self.sent = {}, {}
        for source, target, weight, delay in model["connections"]:
            self.heard.setdefault(model["synapses"][target]["at"][0], []).append(
                arbor.connection((source, "spikes"), f"synapse {target}", weight, delay * units.ms))
        for target, weight, due in model["events"]:
            self.sent.setdefault(model["synapses"][target]["at"][0], []).append(
                arbor.event_generator(f"synapse {target}", weight, arbor.explicit_schedule([when * units.ms for when in due])))
        self.properties = arbor.neuron_cable_properties()
        self.properties.catalogue = KNOWN
        self.properties.set_property(Vm=model["v_init"] * units.mV, tempK=(model["celsius"] + 273.15) * units.Kelvin)
        if any("CaDynamics" in kind["mechanisms"] for kind in self.kinds):
            self.properties.set_ion(ion="ca", valence=2, int_con=5e-5 * units.mM, ext_con=2.0 * units.mM, rev_pot=132.5 * units.mV, method="nernst/ca")

    def num_cells(self):
        return len(self.kinds)

    def cell_kind(self, gid):
        return arbor.cell_kind.cable

    def global_properties(self, kind):
        return self.properties

    def connections_on(self, gid):
        return self.heard.get(gid, [])

    def event_generators(self, gid):
        return self.sent.get(gid, [])

    def cell_description(self, gid):
        kind = self.kinds[gid]
        tree, end = arbor.segment_tree(), []
        for parent, length, radius in zip(kind["parent"], kind["L"], kind["radius"]):
            begin = end[parent] if parent >= 0 else 0.0
            end.append(begin + length)
            tree.append(arbor.mnpos if parent < 0 else parent, arbor.mpoint(0, 0, begin, radius), arbor.mpoint(0, 0, end[-1], radius), tag=1)
        everywhere = [True] * len(kind["L"])
        decor = arbor.decor()
        for value, segments in by_value(kind["cm"], everywhere):
            decor.paint(region(segments), cm=value * 0.01 * units.F / units.m2)
        for value, segments in by_value(kind["Ra"], everywhere):
            decor.paint(region(segments), rL=value * units.Ohm * units.cm)
        for mechanism, parameters in kind["mechanisms"].items():
            there, names = parameters["there"], [name for name in parameters if name != "there"]
            for values, segments in by_value(list(zip(*(parameters[name] for name in names))) if names else [()] * len(there), there):
                decor.paint(region(segments), density(mechanism, dict(zip(names, values))))
        for ion, potential in kind["ions"].items():
            decor.set_ion(ion, rev_pot=potential * units.mV)
        decor.place(f"(on-components 0.5 (segment {kind['spikes_at']}))", arbor.threshold_detector(kind["threshold"] * units.mV), "spikes")
        for number, synapse in self.synapses.get(gid, []):
            decor.place(f"(on-components 0.5 (segment {synapse['at'][1]}))", arbor.synapse(NAMES[synapse["mechanism"]], synapse["parameters"]),
                        f"synapse {number}")
        for clamp in self.clamps.get(gid, []):
            decor.place(f"(on-components 0.5 (segment {clamp['at'][1]}))", arbor.i_clamp(
                clamp["delay"] * units.ms, min(clamp["duration"], OUTSIDE) * units.ms, clamp["amplitude"] * units.nA))
        return arbor.cable_cell(arbor.morphology(tree), decor, discretization=arbor.cv_policy_every_segment())


simulation = arbor.simulation(Recipe(), arbor.context(threads=arguments.threads))
simulation.record(arbor.spike_recording.local)
begin, processor = time.perf_counter(), time.process_time()
simulation.run(model["tstop"] * units.ms, model["dt"] * units.ms)
seconds, processor = time.perf_counter() - begin, time.process_time() - processor
print(json.dumps({"seconds": seconds, "processor": processor, "version": arbor.__version__, "vectors": bool(arbor.config().get("vectorize")),
                  "architecture": arbor.config().get("arch"), "compartments": sum(len(kind["L"]) * kind["count"] for kind in model["kinds"]),
                  "spikes": sorted([int(spike[0][0]), float(spike[1])] for spike in simulation.spikes())}))
