"""What NEURON makes of a Rall config, compartment by compartment, for simulators that read neither: compartments.py CONFIG BUILTIN_DIR BUILD_DIR OUTPUT.

The file lists kinds of cells (how many there are of each; per compartment its parent, length in um, radius in um of the cylinder of its area, axial
resistivity in ohm cm, capacitance in uF/cm2; per mechanism which compartments have it, with the values that the config gives), ions' reversal
potentials in mV, synapses, clamps (ms, nA), connections (ms) and events that are sent from outside. Cells follow one another kind by kind.
"""
import json
import math
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "neuron"))
import reference  # noqa: E402
from neuron import h  # noqa: E402

model = reference.Model(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
model.prepare()
model.initialize()


class Shape:
    """A cell's compartments in NEURON's order, parents first."""

    def __init__(self, cell):
        self.segments, self.parents, self.first = [], [], {}
        for section in cell.soma.wholetree():
            begins_at = section.parentseg()
            parent = -1 if begins_at is None else self.at(begins_at)
            for segment in section:
                self.parents.append(parent)
                parent = len(self.segments)
                self.first.setdefault(section, parent)
                self.segments.append(segment)

    def at(self, segment):
        return self.first[segment.sec] + min(int(segment.x * segment.sec.nseg), segment.sec.nseg - 1)


def painted(shape, biophysics):
    """{mechanism: {parameter: [value per compartment, None where it is not]}}; only what the config says, the rest are defaults."""
    said = {}
    for region in biophysics["regions"].values():
        for mechanism, parameters in region.get("mechanisms", {}).items():
            said.setdefault(mechanism, set()).update(parameters)
    return {mechanism: {"there": [hasattr(segment, mechanism) for segment in shape.segments]} |
            {parameter: [getattr(getattr(segment, mechanism), parameter) if hasattr(segment, mechanism) else None for segment in shape.segments]
             for parameter in parameters} for mechanism, parameters in said.items()}


kinds, shapes, gids = [], {}, {}
for name, entry in model.config["cells"].items():
    cells = model.sets[name]
    shape = Shape(cells[0])
    kinds.append({"count": len(cells), "parent": shape.parents, "L": [s.sec.L / s.sec.nseg for s in shape.segments],
                  "radius": [s.area() / (2 * math.pi * s.sec.L / s.sec.nseg) for s in shape.segments], "Ra": [s.sec.Ra for s in shape.segments],
                  "cm": [s.cm for s in shape.segments], "mechanisms": painted(shape, entry["biophysics"]),
                  "ions": {ion: values["e"] for ion, values in entry["biophysics"].get("ions", {}).items()},
                  "threshold": cells[0].spike_threshold, "spikes_at": shape.at(cells[0].segment(cells[0].spike_location))})
    for cell in cells:
        own = Shape(cell)
        shapes |= {section: own for section in own.first}
        gids |= {section: cell.gid for section in own.first}


def place(segment):
    return [gids[segment.sec], shapes[segment.sec].at(segment)]


synapses, number = [], {}
for entries in model.synapses.values():
    for synapse in entries:
        number[synapse.hname()] = len(synapses)
        kind = synapse.hname().split("[")[0]
        synapses.append({"mechanism": kind, "at": place(synapse.get_segment()), "parameters": {"tau": synapse.tau}})
clamps = [{"at": place(clamp.get_segment()), "delay": clamp.delay, "duration": clamp.dur, "amplitude": clamp.amp} for clamp in h.List("IClamp")]
connections = [[gids[wire.preseg().sec], number[wire.syn().hname()], wire.weight[0], wire.delay]
               for wire in h.List("NetCon") if wire.preseg() is not None and wire.syn() is not None]
events = [[number[wire.syn().hname()], wire.weight[0], sorted(due)] for wire, due in model.trains]
settings, conditions = model.config["run"], model.config["conditions"]
Path(sys.argv[4]).write_text(json.dumps({
    "kinds": kinds, "synapses": synapses, "clamps": clamps, "connections": connections, "events": events, "tstop": settings["tstop"],
    "dt": settings["dt"], "celsius": conditions["celsius"], "v_init": conditions["v_init"]}))
print(json.dumps({"compartments": sum(len(kind["parent"]) * kind["count"] for kind in kinds)}))
