#!/usr/bin/python3
"""What simulations of the Blue Brain form do to cells with dendrites: modifications, compartment sets, inputs, fields outside, reports. Compared with the
same cells built by hand in NEURON.

    blue_brain_cells.py RALL BUILD_DIR
"""
import json
import math
import sys
import tempfile
from pathlib import Path

import numpy

import blue_brain
from blue_brain import DT, rall

sys.path.insert(0, str(Path(__file__).parent.parent / "neuron"))
SWC = """1 1 0 0 0 8 -1
2 1 0 -8 0 8 1
3 1 0 8 0 8 1
4 2 0 -30 3 0.6 1
5 2 10 -120 3 0.5 4
6 3 9 5 0 1.2 1
7 3 60 30 5 1 6
8 3 120 20 40 0.6 7
9 3 90 90 -20 0.7 7
10 4 0 40 0 2 1
11 4 5 160 10 1.5 10
12 4 60 240 40 0.8 11
13 4 -50 260 -30 0.9 11
"""
TWO_AXONS = """1 1 0 0 0 8 -1
2 1 0 -8 0 8 1
3 1 0 8 0 8 1
4 2 0 -30 3 0.6 1
5 2 10 -120 3 0.5 4
6 2 -8 -8 4 1 1
7 2 -30 -60 20 0.8 6
8 2 -60 -200 60 0.7 7
9 3 9 5 0 1.2 1
10 3 60 30 5 1 9
11 3 120 20 40 0.6 10
12 4 0 40 0 2 1
13 4 5 160 10 1.5 12
"""
TURN = [0.8, 0.2, -0.4, 0.4]


class Circuit(blue_brain.Circuit):
    """`count` cells of one shape, passive but for a soma and an axon with hh."""

    def __init__(self, folder, count=2, **attributes):
        super().__init__(folder)
        (self.folder / "shape.swc").write_text(SWC)
        parts = {"all": {"Ra": 120, "cm": 1.2, "mechanisms": {"pas": {"g": 5e-5, "e": -68}}}, "soma": {"mechanisms": {"hh": {}, "blocked": {}}}, "axon": {"mechanisms": {"hh": {"gnabar": 0.2}}},
                 "apic": {"mechanisms": {"blocked": {"g": 2e-4}}}}
        (self.folder / "cell.json").write_text(json.dumps({"regions": parts, "nseg": {"soma": 1, "axon": 3, "dend": 3, "apic": 5}}))
        self.config["components"].update(morphologies_dir="$HERE", biophysical_neuron_models_dir="$HERE")
        columns = {"morphology": ["shape.swc"] * count, "model_template": ["rall:cell.json"] * count, "x": [10.0 * k for k in range(count)], "y": [0.0] * count, "z": [0.0] * count,
                   **{f"orientation_{axis}": [value] * count for axis, value in zip("wxyz", TURN)}, **attributes}
        self.nodes("C", None, [0] * count, groups={0: columns}, entry={"populations": {"C": {"type": "biophysical"}}})
        self.count = count
        self.simulation["conditions"] = {"celsius": 20, "v_init": -70}
        self.simulation["run"]["tstop"] = 60
        self.simulation["reports"] = {"v": {"cells": "C", "variable_name": "v", "sections": "all", "dt": DT}}


class Neuron:
    def __init__(self, circuit):
        from neuron import h
        h.load_file("stdrun.hoc"), h.load_file("import3d.hoc")
        self.h, self.circuit, self.cells, self.kept = h, circuit, [], []
        if not hasattr(h, "HandMade"):
            h("""begintemplate HandMade
public soma, axon, dend, apic, all, somatic, axonal, basal, apical
create soma[1], axon[1], dend[1], apic[1]
objref all, somatic, axonal, basal, apical
proc init() { all = new SectionList() somatic = new SectionList() axonal = new SectionList() basal = new SectionList() apical = new SectionList() }
endtemplate HandMade""")
        for _ in range(circuit.count):
            cell = h.HandMade()
            reader = h.Import3d_SWC_read()
            reader.quiet = 1
            reader.input(str(circuit.folder / "shape.swc"))
            h.Import3d_GUI(reader, 0).instantiate(cell)
            for section in cell.all:
                region = self.region(section)
                section.nseg = {"soma": 1, "axon": 3, "dend": 3, "apic": 5}[region]
                section.Ra, section.cm = 120, 1.2
                section.insert("pas")
                section.g_pas, section.e_pas = 5e-5, -68
                if region in ("soma", "axon"):
                    section.insert("hh")
                if region == "axon":
                    section.gnabar_hh = 0.2
                if region in ("soma", "apic"):
                    section.insert("blocked")
                    section.g_blocked = 2e-4 if region == "apic" else 3e-4
            self.cells.append(cell)
        self.record = {}

    @staticmethod
    def region(section):
        return section.name().split(".")[1].split("[")[0]

    def sections(self, cell):
        """As edges number them."""
        return sorted(self.cells[cell].all, key=lambda s: ("soma", "axon", "dend", "apic").index(self.region(s)))

    def segments(self, cell):
        return [segment for section in self.sections(cell) for segment in section]

    def run(self):
        h, run = self.h, self.circuit.simulation["run"]
        h.cvode.use_fast_imem(1)
        h.usetable_hh = 0
        v = [[h.Vector() for _ in self.segments(cell)] for cell in range(self.circuit.count)]
        for cell in range(self.circuit.count):
            for vector, segment in zip(v[cell], self.segments(cell)):
                vector.record(segment._ref_v)
        for key, (_, references) in self.record.items():
            self.record[key] = ([h.Vector() for _ in references], references)
            for vector, reference in zip(*self.record[key]):
                vector.record(reference)
        h.celsius, h.v_init = self.circuit.simulation["conditions"]["celsius"], self.circuit.simulation["conditions"]["v_init"]
        h.steps_per_ms, h.dt, h.tstop = 1 / run["dt"], run["dt"], run["tstop"]
        h.run()
        return [numpy.array([list(vector) for vector in vectors]).T for vectors in v]


def compare(name, circuit, result, traces, close=2e-6):
    data, nodes, _ = result["v"]["C"]
    mine = numpy.split(data, circuit.count, axis=1)
    worst, span = 0, 0
    for cell, expected in zip(mine, traces):
        n = min(len(cell), len(expected))
        worst, span = max(worst, abs(cell[:n] - expected[:n]).max()), max(span, numpy.ptp(expected))
    print(f"{name}: at most {worst:.2g} mV apart, of {span:.3g}")
    assert worst < close and span > 1, name


def test_modifications(program, folder):
    """TTX, assignments to all sections that have what they name, to a list, to one section, to places; the second cell stays as it is but for one of them."""
    circuit = Circuit(folder)
    (folder / "places.json").write_text(json.dumps({"few": {"population": "C", "compartment_set": [[0, 3, 0.2], [0, 5, 0.9], [1, 5, 0.5]]}}))
    circuit.simulation["compartment_sets_file"] = "places.json"
    circuit.simulation["conditions"]["modifications"] = [
        {"name": "a", "type": "ttx", "node_set": "C[0]"},
        {"name": "b", "type": "configure_all_sections", "node_set": "C[0]", "section_configure": "%s.gnabar_hh *= 0.5; %s.ek = -90; %s.cm += %s.cm/10"},
        {"name": "c", "type": "section_list", "node_set": "C[0]", "section_configure": "apical.g_blocked = 1e-3"},
        {"name": "d", "type": "section", "node_set": "C", "section_configure": "dend[1].g_pas = 1e-3; dend[1].e_pas = -40"},
        {"name": "e", "type": "compartment_set", "compartment_set": "few", "section_configure": "g_pas = 2e-3; cm = 2"}]
    circuit.pulse("C", 0.25)
    result = rall(program, circuit.write())
    neuron = Neuron(circuit)
    first, second = neuron.cells
    for section in first.all:
        section.insert("TTXDynamicsSwitch")
        section.ttxo_level_TTXDynamicsSwitch = 1
        if neuron.region(section) in ("soma", "axon"):
            section.gnabar_hh *= 0.5
            section.ek = -90
            section.cm += section.cm / 10
    for section in first.apical:
        section.g_blocked = 1e-3
    for cell in (first, second):
        cell.dend[1].g_pas, cell.dend[1].e_pas = 1e-3, -40
    for cell, number, x in ((0, 3, 0.2), (0, 5, 0.9), (1, 5, 0.5)):
        segment = neuron.sections(cell)[number](x)
        segment.g_pas, segment.cm = 2e-3, 2
    clamp(neuron, 0.25)
    compare("modifications", circuit, result, neuron.run())


def clamp(neuron, amp):
    for cell in neuron.cells:
        electrode = neuron.h.IClamp(cell.soma[0](0.5))
        electrode.delay, electrode.dur, electrode.amp = 5, 90, amp
        neuron.kept.append(electrode)


def test_reports(program, folder):
    """Sums over cells and in compartments, with and without areas; a mechanism by its name; compartment sets; inputs at places of a set."""
    circuit = Circuit(folder)
    (folder / "places.json").write_text(json.dumps({"few": {"population": "C", "compartment_set": [[0, 3, 0.2], [0, 5, 0.9], [1, 5, 0.5]]}}))
    circuit.simulation["compartment_sets_file"] = "places.json"
    circuit.simulation["inputs"]["in"] = {"module": "linear", "input_type": "current_clamp", "compartment_set": "few", "amp_start": 0.15, "delay": 5, "duration": 40}
    sums = {"total": ("pas,blocked", "soma", "area"), "parts": ("pas", "all", "none"), "membrane": ("i_membrane, IClamp", "all", "none"), "ions": ("hh.gna,ina", "axon", "area")}
    for key, (variables, sections, scaling) in sums.items():
        circuit.simulation["reports"][key] = {"type": "summation", "cells": "C", "variable_name": variables, "sections": sections, "scaling": scaling, "dt": DT}
    circuit.simulation["reports"]["set"] = {"type": "compartment_set", "compartment_set": "few", "variable_name": "v", "dt": DT}
    circuit.simulation["reports"]["leak"] = {"cells": "C", "variable_name": "pas", "sections": "dend", "dt": DT}
    result = rall(program, circuit.write())
    neuron = Neuron(circuit)
    for cell, number, x in ((0, 3, 0.2), (0, 5, 0.9), (1, 5, 0.5)):
        electrode = neuron.h.IClamp(neuron.sections(cell)[number](x))
        electrode.delay, electrode.dur, electrode.amp = 5, 40, 0.15
        neuron.kept.append(electrode)
    for cell in range(2):
        all_segments = neuron.segments(cell)
        neuron.record["pas", cell] = (None, [s.pas._ref_i for s in all_segments])
        neuron.record["blocked", cell] = (None, [s.blocked._ref_i for s in all_segments if hasattr(s, "blocked")])
        neuron.record["membrane", cell] = (None, [s._ref_i_membrane_ for s in all_segments])
        neuron.record["gna", cell] = (None, [s.hh._ref_gna for s in neuron.cells[cell].axon[0]])
        neuron.record["ina", cell] = (None, [s._ref_ina for s in neuron.cells[cell].axon[0]])
    traces = neuron.run()
    compare("reports", circuit, result, traces)
    of = lambda key, cell: numpy.array([list(vector) for vector in neuron.record[key, cell][0]])
    expected = {key: [] for key in (*sums, "leak")}
    for cell in range(2):
        all_segments = neuron.segments(cell)
        area = numpy.array([s.area() for s in all_segments]) / 100
        has = numpy.array([hasattr(s, "blocked") for s in all_segments])
        expected["total"].append((of("pas", cell).T * area).sum(1) + (of("blocked", cell).T * area[has]).sum(1))
        expected["parts"] += list(of("pas", cell))
        time = numpy.arange(of("pas", cell).shape[1]) * DT
        injected = numpy.where((time - DT / 2 >= 5) & (time - DT / 2 < 45), 0.15, 0)  # by the step that ends at the sample
        places = [neuron.sections(of_cell)[number](x) for of_cell, number, x in ((0, 3, 0.2), (0, 5, 0.9), (1, 5, 0.5)) if of_cell == cell]
        expected["membrane"] += [values - injected * any(place == s for place in places) for values, s in zip(of("membrane", cell), all_segments)]
        axon = numpy.array([s.area() for s in neuron.cells[cell].axon[0]]) / 100
        expected["ions"] += list(((of("gna", cell) + of("ina", cell)).T * axon).T)
        expected["leak"] += [values for values, s in zip(of("pas", cell), all_segments) if neuron.region(s.sec) == "dend"]
    for key, columns in expected.items():
        data = result[key]["C"][0]
        other = numpy.array(columns).T[:len(data)]
        worst = abs(data[1:] - other[1:]).max() / abs(other[1:]).max()
        print(f"  {key}: {data.shape[1]} columns, at most {worst:.2g} of the largest apart")
        assert data.shape == other.shape and worst < 1e-5, key
    assert result["set"]["C"][0].shape[1] == 3 and result["total"]["C"][0].shape[1] == 2


def turn():
    """The rotation that orientation_w, ..x, ..y, ..z mean."""
    w, x, y, z = numpy.array(TURN) / numpy.linalg.norm(TURN)
    return numpy.array([[1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)], [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
                        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)]])


def ends(section):
    """Of the compartments of a section, in its own coordinates."""
    along = [section.arc3d(i) / section.L for i in range(section.n3d())]
    at = numpy.linspace(0, 1, section.nseg + 1)
    return numpy.array([numpy.interp(at, along, [getattr(section, f"{axis}3d")(i) for i in range(section.n3d())]) for axis in "xyz"]).T


def test_potentials(program, folder):
    """Potentials outside: what NEURON's membrane currents make of them in a closed form; and compartments in the middle of each section."""
    circuit = Circuit(folder)
    electrodes = numpy.array([[30.0, -20.0, 50.0], [-80.0, 140.0, 10.0]])
    circuit.pulse("C", 0.25)
    circuit.simulation["inputs"]["pulse_C"]["represents_physical_electrode"] = True
    circuit.simulation["reports"] |= {"lfp": {"type": "lfp", "cells": "C", "electrodes": electrodes.tolist(), "conductivity": 0.3, "method": "point_source", "dt": DT},
                                      "mid": {"cells": "C[1]", "variable_name": "v", "sections": "all", "compartments": "center", "dt": DT}}
    result = rall(program, circuit.write())
    neuron = Neuron(circuit)
    neuron.h.cvode.use_fast_imem(1)
    clamp(neuron, 0.25)
    for cell in range(2):
        neuron.record["membrane", cell] = (None, [segment._ref_i_membrane_ for segment in neuron.segments(cell)])
    traces = neuron.run()
    compare("potentials", circuit, result, traces)
    potential = 0
    for cell in range(2):
        places = numpy.concatenate([(ends(section)[1:] + ends(section)[:-1]) / 2 for section in neuron.sections(cell)]) @ turn().T + [10.0 * cell, 0, 0]
        currents = numpy.array([list(vector) for vector in neuron.record["membrane", cell][0]]).T
        distance = numpy.linalg.norm(electrodes[None] - places[:, None], axis=2)
        potential = potential + currents @ (1 / (4 * math.pi * 0.3 * distance))  # nA, S/m and um make mV
    data = result["lfp"]["electrodes"][0]
    worst = abs(data[1:] - potential[1:len(data)]).max()
    print(f"  at most {worst:.2g} mV apart outside, of {numpy.ptp(potential):.2g}")
    assert worst < 1e-5 * numpy.ptp(potential) and numpy.ptp(potential) > 1e-3
    middle, k = [], 0
    for section in neuron.sections(1):
        middle.append(k + section.nseg // 2)
        k += section.nseg
    data = result["mid"]["C"][0]
    assert abs(data - traces[1][:len(data)][:, middle]).max() < 2e-6


def test_noise(program, folder):
    """The numbers of neurodamus' noise, of the first input and of one that begins late; voltage clamp with levels."""
    circuit = Circuit(folder, dynamics_params={"threshold_current": [0.2, 0.3], "holding_current": [-0.02, -0.03]})
    circuit.simulation["run"]["stimulus_seed"] = 21
    circuit.simulation["inputs"] = {
        "late": {"module": "noise", "input_type": "current_clamp", "node_set": "C", "mean": 0.05, "variance": 0.002, "delay": 20, "duration": 30},
        "early": {"module": "noise", "input_type": "current_clamp", "node_set": "C[0]", "mean_percent": 60, "variance": 0.5, "delay": 0, "duration": 100},
        "hold": {"module": "hyperpolarizing", "input_type": "current_clamp", "node_set": "C", "delay": 0, "duration": 100}}
    result = rall(program, circuit.write())
    neuron = Neuron(circuit)
    h = neuron.h

    def noise(cell, count, mean, variance, delay, duration):
        drawn = h.Random()
        drawn.Random123_globalindex(7)
        drawn.Random123(count + 100, 21 + 500, cell + 1 + 300)
        before = 0
        while before < delay - DT:
            until = min(before + duration - DT, delay - DT)
            h.Vector(len(h.Vector().indgen(before, until, 0.5))).setrand(drawn)
            before = until + DT
        drawn.normal(mean, variance)
        times = h.Vector().indgen(delay, delay + duration, 0.5)
        values = h.Vector(len(times))
        values.setrand(drawn)
        times.insrt(0, delay), values.insrt(0, 0)
        times.append(delay + duration), values.append(0)
        if delay > 0:
            times.insrt(0, 0), values.insrt(0, 0)
        electrode = h.IClamp(neuron.cells[cell].soma[0](0.5))
        electrode.dur = times[len(times) - 1]
        values.play(electrode._ref_amp, times, 1)
        neuron.kept += [electrode, times, values]
    noise(0, 0, 0.2 * 60 / 100, 0.2 * 0.5 / 100, 0, 100)
    noise(0, 1, 0.05, 0.002, 20, 30), noise(1, 1, 0.05, 0.002, 20, 30)
    for cell, amp in zip(neuron.cells, (-0.02, -0.03)):
        electrode = h.IClamp(cell.soma[0](0.5))
        electrode.dur, electrode.amp = 100, amp
        neuron.kept.append(electrode)
    compare("noise", circuit, result, neuron.run(), 1e-5)


def test_spike_location(program, folder):
    """"spike_location": in the soma, or in the second section of the axon, where spikes begin later here; and how long they take to a cell that they excite."""
    found = {}
    for location in ("soma", "AIS"):
        circuit = Circuit(folder / location)
        (folder / location / "shape.swc").write_text(TWO_AXONS)
        circuit.simulation["conditions"]["spike_location"] = location
        circuit.simulation["inputs"]["pulse"] = {"input_type": "current_clamp", "module": "linear", "node_set": "C[0]", "amp_start": 0.3, "delay": 5, "duration": 40}
        circuit.bb_edges("C", "C", [(0, 1)], "Exp2Syn_synapse", afferent_section_id=3, afferent_section_pos=0.5, conductance=0.02, delay=1.0,
                         tau1=0.5, tau2=4.0, erev=0.0)
        result = rall(program, circuit.write())
        neuron = Neuron(circuit)
        h, (first, second) = neuron.h, neuron.cells
        electrode = h.IClamp(first.soma[0](0.5))
        electrode.delay, electrode.dur, electrode.amp = 5, 40, 0.3
        synapse = h.Exp2Syn(neuron.sections(1)[3](0.5))
        synapse.tau1, synapse.tau2, synapse.e = 0.5, 4, 0
        times = []
        for cell in (first, second):
            place = cell.axon[1](0.5) if location == "AIS" else cell.soma[0](0.5)
            for target in (None, *([synapse] if cell is first else [])):
                connection = h.NetCon(place._ref_v, target, sec=place.sec)
                connection.threshold, connection.weight[0], connection.delay = circuit.simulation["run"]["spike_threshold"], 0.02, 1
                neuron.kept.append(connection)
            times.append(h.Vector())
            connection.record(times[-1])
        neuron.kept += [electrode, synapse]
        compare(f"spike_location {location}", circuit, result, neuron.run())
        steps = sorted((round(time / DT), node) for time, node in result["spikes"]["C"])
        expected = sorted((round(time / DT), node) for node, vector in enumerate(times) for time in vector)
        assert steps == expected and len(steps) > 7, f"{steps}, in NEURON {expected}"
        found[location] = steps
    assert found["soma"] != found["AIS"]


def test_field(program, folder):
    """A field outside that turns on and off and one that oscillates: NEURON's extracellular with a medium of no resistance."""
    circuit = Circuit(folder)
    circuit.simulation["inputs"]["field"] = {
        "module": "spatially_uniform_e_field", "input_type": "extracellular_stimulation", "node_set": "C", "delay": 5, "duration": 30, "ramp_up_time": 3, "ramp_down_time": 4,
        "fields": [{"Ex": 60, "Ey": -80, "Ez": 20}, {"Ex": 10, "Ey": 50, "Ez": 0, "frequency": 120, "phase": 0.5}]}
    result = rall(program, circuit.write())
    neuron = Neuron(circuit)
    h = neuron.h
    steps = int(round(60 / DT)) + 2
    middle = (numpy.arange(steps) + 0.5) * DT - 5  # as BEFORE BREAKPOINT sees it
    ramp = numpy.where((middle > 0) & (middle < 37), numpy.clip(numpy.minimum(middle / 3, 1), 0, 1) * numpy.clip(numpy.minimum(1 - (middle - 33) / 4, 1), 0, 1), 0)
    waves = [ramp * numpy.cos(2 * math.pi * f / 1000 * middle + p) for f, p in ((0, 0), (120, 0.5))]
    fields = [numpy.array([60, -80, 20]), numpy.array([10, 50, 0])]
    for cell in range(circuit.count):
        soma = ends(neuron.cells[cell].soma[0]).mean(0)
        for section in neuron.sections(cell):
            section.insert("extracellular")
            for k, segment in enumerate(section):
                place = numpy.zeros(3) if neuron.region(section) == "soma" else turn() @ (ends(section)[k] - soma)
                outside = sum(wave * (field @ place) * 1e-3 for wave, field in zip(waves, fields))
                vector = h.Vector(numpy.append(outside, 0))
                vector.play(segment.extracellular._ref_e, DT)
                neuron.kept.append(vector)
    compare("field", circuit, result, neuron.run(), 2e-4)


TESTS = (test_modifications, test_reports, test_potentials, test_noise, test_spike_location, test_field)


def main(program, build):
    from nrnmod import load

    load(sorted(blue_brain.MODS.glob("*.mod")), build)
    with tempfile.TemporaryDirectory() as name:
        for test in TESTS:
            test(program, Path(name) / test.__name__)


if __name__ == "__main__":
    main(*sys.argv[1:])
