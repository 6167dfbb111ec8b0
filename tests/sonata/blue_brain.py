#!/usr/bin/python3
"""Circuits of the Blue Brain form, each of a few cells: potentials and spikes of the same network built by hand in NEURON, random numbers included.

    blue_brain.py RALL BUILD_DIR
"""
import hashlib
import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py
import numpy

import minimal

sys.path.insert(0, str(Path(__file__).parent.parent / "neuron"))
MODS = Path(__file__).parent / "mods"
DT = 0.05
COLUMNS = {"afferent_section_id": 0, "afferent_section_pos": 0.5, "conductance": 4.0, "decay_time": 2.0, "delay": 1.5, "depression_time": 120.0,
           "facilitation_time": 20.0, "n_rrp_vesicles": 3, "syn_type_id": 120, "u_syn": 0.5}
NAMES = {120: ("ProbAMPANMDA_EMS", "tau_d_AMPA", "NMDA_ratio"), 13: ("ProbGABAAB_EMS", "tau_d_GABAA", "GABAB_ratio")}


class Circuit(minimal.Circuit):
    def __init__(self, folder):
        super().__init__(folder)
        self.simulation["run"] = {"tstop": 120, "dt": DT, "random_seed": 7, "spike_threshold": -15}
        self.simulation["mechanism_dirs"] = [str(MODS)]
        self.simulation["reports"] = {}
        self.populations, self.all_edges = {}, []

    def balls(self, name, count, **columns):
        diameters = [float(x) for x in numpy.linspace(18, 26, count)]
        self.nodes(name, [minimal.BALL], [1] * count, groups={0: {"dynamics_params": {"D": diameters, "g_pas": [1e-5] * count, "e_pas": [-65.0] * count}, **columns}},
                   entry={"populations": {name: {"type": "single_compartment"}}})
        self.populations[name] = diameters
        self.simulation["reports"][name] = {"cells": name, "variable_name": "v", "dt": DT}

    def virtual(self, name, count):
        self.nodes(name, None, [0] * count, entry={"populations": {name: {"type": "virtual"}}})

    def bb_edges(self, source, target, pairs, kind="chemical", without=(), **columns):
        name, n = f"{source}__{target}__{kind}", len(pairs)
        defaults = {} if kind == "electrical" else COLUMNS
        columns = {key: numpy.broadcast_to(value, n) for key, value in {**defaults, **columns}.items() if key not in without}
        with h5py.File(self.folder / f"{name}.h5", "w") as file:
            edges = file.create_group(f"edges/{name}")
            for k, end in enumerate((source, target)):
                ids = edges.create_dataset(f"{('source', 'target')[k]}_node_id", data=numpy.array([pair[k] for pair in pairs], "u8"))
                ids.attrs["node_population"] = end
            edges["edge_type_id"] = numpy.full(n, -1)
            for key, values in columns.items():
                edges[f"0/{key}"] = values
        self.config["networks"]["edges"].append({"edges_file": f"$HERE/{name}.h5", "populations": {name: {"type": kind}}})
        self.all_edges.append((source, target, kind, [dict(zip(columns, (values[i].item() for values in columns.values())), source=pairs[i][0], target=pairs[i][1], row=i)
                                                      for i in range(n)]))

    def spike_file(self, name, **trains):
        with h5py.File(self.folder / name, "w") as file:
            for population, spikes in trains.items():
                pairs = sorted((time, node) for node, times in spikes.items() for time in times)
                group = file.create_group(f"spikes/{population}")
                group["timestamps"], group["node_ids"] = [time for time, _ in pairs], numpy.array([node for _, node in pairs], "u8")
        return name

    def pulse(self, node_set, amp=0.4, delay=5, duration=90):
        self.simulation["inputs"][f"pulse_{node_set}"] = {"input_type": "current_clamp", "module": "linear", "node_set": node_set, "amp_start": amp, "delay": delay,
                                                         "duration": duration}


def columns(report):
    """Samples, and of each column its node and its element."""
    mapping = report["mapping"]
    return report["data"][:], numpy.repeat(mapping["node_ids"][:], numpy.diff(mapping["index_pointers"][:].astype(int))), mapping["element_ids"][:]


def rall(program, config, *options, expect=0):
    with tempfile.TemporaryDirectory() as out:
        done = subprocess.run([program, "run", config, "--output-dir", out, "--no-html", "--double-reports", *options], capture_output=True, text=True)
        if done.returncode != expect:
            sys.exit(f"{config}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
        result = {"said": done.stdout + done.stderr}
        for path in Path(out).glob("*.h5"):
            with h5py.File(path) as file:
                if "report" in file:
                    result[path.stem] = {name: columns(group) for name, group in file["report"].items()}
                else:
                    result["spikes"] = {name: sorted(zip(group["timestamps"][:], map(int, group["node_ids"][:]))) for name, group in file["spikes"].items()}
        return result


def population_number(name):
    digest = hashlib.md5(name.encode()).digest()
    return ((digest[1] & 0x0F) << 8) + digest[0]


class Neuron:
    """The same by hand. `offsets`: what is added to node ids in ids of streams."""

    def __init__(self, circuit, offsets=None):
        from neuron import h
        h.load_file("stdrun.hoc")
        self.h, self.circuit, self.kept, self.events = h, circuit, [], []
        self.cells, self.spikes, self.v = {}, {}, {}
        run, conditions = circuit.simulation["run"], circuit.simulation["conditions"]
        h.Random().Random123_globalindex(run["random_seed"])
        self.seeds = {key: run.get(f"{key}_seed", 0) for key in ("synapse", "minis", "stimulus")}
        names = sorted([*circuit.populations, *(n["nodes_file"].split("/")[-1][:-len("_nodes.h5")] for n in circuit.config["networks"]["nodes"])])
        self.offsets = {name: 1000 * k for k, name in enumerate(dict.fromkeys(names))}
        for population, diameters in circuit.populations.items():
            for node, diameter in enumerate(diameters):
                soma = h.Section(name=f"{population}_{node}")
                soma.L = soma.diam = diameter
                soma.Ra = 35.4
                soma.insert("pas"), soma.insert("hh")
                soma.g_pas, soma.e_pas = 1e-5, -65
                self.cells[population, node] = soma
                self.spikes[population, node], self.v[population, node] = h.Vector(), h.Vector()
                self.v[population, node].record(soma(0.5)._ref_v)
                counter = h.NetCon(soma(0.5)._ref_v, None, sec=soma)
                counter.threshold = run["spike_threshold"]
                counter.record(self.spikes[population, node])
                self.kept.append(counter)
        for entry in circuit.simulation["inputs"].values():
            if entry["module"] == "linear":
                for (population, node), soma in self.cells.items():
                    if population == entry["node_set"]:
                        clamp = h.IClamp(soma(0.5))
                        clamp.delay, clamp.dur, clamp.amp = entry["delay"], entry["duration"], entry["amp_start"]
                        self.kept.append(clamp)
        h.celsius, h.v_init = conditions["celsius"], conditions["v_init"]

    def ids(self, edge, source, target):
        return self.offsets[target] + edge["target"] + 1, population_number(source) * 65536 + population_number(target)

    def synapse(self, edge, source, target, number, calcium=None, rise=False):
        """As neurodamus' helpers set it; `number`: of the edge among those onto its cell."""
        h = self.h
        name, tau, ratio = NAMES[edge["syn_type_id"]]
        synapse = getattr(h, name)(self.cells[target, edge["target"]](0.5))
        scale = 1
        if calcium is not None and "u_hill_coefficient" in edge:
            k, c = edge["u_hill_coefficient"] ** 4, calcium ** 4
            scale = (k + 16) / 16 * c / (k + c)
        setattr(synapse, tau, edge["decay_time"])
        synapse.Use, synapse.Dep, synapse.Fac, synapse.Nrrp = abs(edge["u_syn"] * scale), abs(edge["depression_time"]), abs(edge["facilitation_time"]), edge["n_rrp_vesicles"]
        if "conductance_scale_factor" in edge:
            setattr(synapse, ratio, edge["conductance_scale_factor"])
        cell, populations = self.ids(edge, source, target)
        if rise and edge["syn_type_id"] < 100:
            drawn = h.Random()
            drawn.Random123(cell + 250, number + 100, populations + self.seeds["synapse"] + 450)
            drawn.lognormal(0.2, 0.1)
            synapse.tau_r_GABAA = drawn.repick()
        synapse.setRNG(cell + 250, number + 100, populations + self.seeds["synapse"] + 300)
        synapse.synapseID, synapse.conductance = number, edge["conductance"]
        self.kept.append(synapse)
        return synapse

    def connect(self, source, synapse, weight, delay, kind=0):
        """`source`: a cell, or a list of times."""
        if isinstance(source, list):
            connection = self.h.NetCon(None, synapse)
            self.events += [(connection, time + delay) for time in source]
        else:
            soma = self.cells[source]
            connection = self.h.NetCon(soma(0.5)._ref_v, synapse, sec=soma)
        connection.threshold = self.circuit.simulation["run"]["spike_threshold"]
        connection.weight[0], connection.delay = weight, delay
        if connection.wcnt() > 2:
            connection.weight[2] = kind
        self.kept.append(connection)

    def run(self):
        h, run = self.h, self.circuit.simulation["run"]
        h.usetable_hh = 0

        def send():
            for connection, time in self.events:
                connection.event(time)
        self.kept.append(h.FInitializeHandler(send))
        h.steps_per_ms, h.dt, h.tstop = 1 / run["dt"], run["dt"], run["tstop"]
        h.run()
        return self


def whole_steps(delay):
    return math.floor(delay / DT + 1e-5) * DT


def compare(name, neuron, result, at_least=4, close=1e-7):
    worst, count = 0, 0
    for population in neuron.circuit.populations:
        data, nodes, _ = result[population][population]
        for column, node in enumerate(nodes):
            v = numpy.array(neuron.v[population, int(node)])[:len(data)]
            worst = max(worst, abs(v - data[:, column]).max())
            mine = [round(time / DT) for time, other in result["spikes"].get(population, []) if other == node]
            theirs = [round(time / DT) for time in neuron.spikes[population, int(node)]]
            assert mine == theirs, f"{name}: spikes of {population}[{node}] in steps {mine}, in NEURON {theirs}"
            count += len(mine)
    print(f"{name}: {count} spikes, at most {worst:.2g} mV apart")
    assert count >= at_least and worst < close, name


def compare_synapses(name, recorded, report, tolerance):
    """`recorded`: a vector for each (node, number of the synapse)."""
    data, nodes, elements = report
    assert sorted(zip(nodes, elements)) == sorted(recorded), f"{name}: {list(zip(nodes, elements))}, in NEURON {list(recorded)}"
    largest = max(numpy.array(vector).max() - numpy.array(vector).min() for vector in recorded.values())
    worst = max(abs(numpy.array(recorded[int(node), int(element)])[:len(data)] - data[:, column]).max() for column, (node, element) in enumerate(zip(nodes, elements)))
    print(f"{name}: {len(recorded)} synapses, at most {worst / largest:.2g} of {largest:.2g} apart")
    assert largest > 0 and worst < tolerance * largest, name


def numbered(edges):
    """Each edge with its number among those onto its cell."""
    seen = {}
    for edge in edges:
        number = seen[edge["target"]] = seen.get(edge["target"], -1) + 1
        yield edge, number


DECAY = {"DetAMPANMDA": "tau_d_AMPA", "DetGABAAB": "tau_d_GABAA", "GluSynapse": "tau_d_AMPA"}
RING = [(0, 1), (1, 2), (2, 0), (0, 2), (0, 1), (2, 1)]


def test_synapses(program, folder):
    """Parameters from columns, kinds by syn_type_id, scaling by calcium, rise times that are drawn, delays in whole steps, two populations whose ids have
    offsets; every release is a random number of NEURON's."""
    circuit = Circuit(folder)
    circuit.balls("A", 3), circuit.balls("B", 2)
    circuit.simulation["conditions"].update(extracellular_calcium=1.3, randomize_gaba_rise_time=True)
    circuit.simulation["run"].update(synapse_seed=11)
    own = dict(syn_type_id=[120, 13, 120, 120, 13, 120], conductance=[3.0, 2.0, 5.5, 1.5, 4.0, 2.5], delay=[1.5, 2.33, 0.7, 3.0, 1.26, 5.0], u_syn=[0.5, 0.3, -0.7, 0.9, 0.4, 0.6],
               n_rrp_vesicles=[1, 2, 3, 4, 5, 6], u_hill_coefficient=[1.5, 2.0, 1.8, 2.5, 2.79, 1.9], conductance_scale_factor=[0.7, 0.5, 0.2, 0.9, 0.6, 0.4],
               decay_time=[1.5, 8.0, 2.0, 1.7, 7.0, 2.5], afferent_center_x=[1.0] * 6)
    circuit.bb_edges("A", "A", RING, **own)
    circuit.bb_edges("A", "B", [(0, 0), (1, 1), (2, 0)], conductance=6.0)
    circuit.pulse("A")
    result = rall(program, circuit.write())
    assert "2 delays are no whole number of steps" in result["said"] and "afferent_center_x" in result["said"], result["said"]
    neuron = Neuron(circuit)
    for source, target, _, edges in circuit.all_edges:
        for edge, number in numbered(edges):
            synapse = neuron.synapse(edge, source, target, number, 1.3, True)
            neuron.connect((source, edge["source"]), synapse, edge["conductance"], whole_steps(edge["delay"]))
    compare("synapses", neuron.run(), result)


def test_synapse_reports(program, folder):
    """What all synapses of a mechanism on the cells of a node set are: columns by node and synapseID."""
    circuit = Circuit(folder)
    circuit.balls("A", 3)
    circuit.bb_edges("A", "A", RING, conductance=[3.0, 2.0, 5.5, 1.5, 4.0, 2.5], syn_type_id=[120, 13, 120, 120, 13, 120])
    circuit.pulse("A")
    (folder / "sets.json").write_text(json.dumps({"two": {"population": "A", "node_id": [1, 2]}}))
    circuit.simulation["node_sets_file"] = "sets.json"
    variables = {"g": ("ProbAMPANMDA_EMS", "g", "A"), "state": ("ProbAMPANMDA_EMS", "A", "two"), "current": ("ProbGABAAB_EMS", "i", "A")}
    for report, (mechanism, variable, cells) in variables.items():
        circuit.simulation["reports"][report] = {"type": "synapse", "cells": cells, "sections": "soma", "variable_name": f"{mechanism}.{variable}", "unit": "", "dt": DT,
                                                 "start_time": 0, "end_time": 120, "enabled": True}
    result = rall(program, circuit.write())
    neuron, recorded = Neuron(circuit), {report: {} for report in variables}
    for edge, number in numbered(circuit.all_edges[0][3]):
        synapse = neuron.synapse(edge, "A", "A", number)
        neuron.connect(("A", edge["source"]), synapse, edge["conductance"], edge["delay"])
        for report, (mechanism, variable, cells) in variables.items():
            if synapse.hname().startswith(mechanism) and (cells == "A" or edge["target"] > 0):
                recorded[report][edge["target"], number] = neuron.h.Vector().record(getattr(synapse, f"_ref_{variable}"))
    compare("synapse_reports", neuron.run(), result)
    for report in variables:
        compare_synapses(f"synapse_reports: {report}", recorded[report], result[report]["A"], 1e-9)


def test_overrides(program, folder):
    """Weights, delays, further weights while the run goes on, assignments, spontaneous events; edges that no override means are not made."""
    circuit = Circuit(folder)
    circuit.balls("A", 3)
    circuit.simulation["run"].update(minis_seed=5)
    circuit.bb_edges("A", "A", RING, conductance=[3.0, 2.0, 5.5, 1.5, 4.0, 2.5], syn_type_id=[120, 13, 120, 120, 120, 120])
    circuit.pulse("A")
    (folder / "sets.json").write_text(json.dumps({"first": {"node_id": [0]}, "others": {"node_id": [1, 2]}, "late": {"node_id": [2]}, "all": {"population": "A"}}))
    circuit.simulation["node_sets_file"] = "sets.json"
    circuit.simulation["connection_overrides"] = [
        {"name": "a", "source": "all", "target": "others", "weight": 1.5},
        {"name": "b", "source": "first", "target": "late", "weight": 0.5, "synapse_delay_override": 4.0, "synapse_configure": "%s.Use = 0.8 %s.Dep *= 0.5; %s.Fac = %s.Dep + 1"},
        {"name": "c", "source": "first", "target": "others", "weight": 3.0, "delay": 50.0},
        {"name": "d", "source": "others", "target": "others", "spont_minis": 40.0, "synapse_configure": "tau_d_NMDA_ProbAMPANMDA_EMS = 30"}]
    circuit.simulation["conditions"]["mechanisms"] = {"ProbAMPANMDA_EMS": {"minis_single_vesicle": True}}
    result = rall(program, circuit.write())
    neuron = Neuron(circuit)
    h = neuron.h
    h.minis_single_vesicle_ProbAMPANMDA_EMS, h.tau_d_NMDA_ProbAMPANMDA_EMS = 1, 30
    for source, target, _, edges in circuit.all_edges:
        for edge, number in numbered(edges):
            ends = edge["source"], edge["target"]
            if ends[1] == 0:
                continue
            synapse = neuron.synapse(edge, source, target, number)
            weight, delay, rate = 1.5, edge["delay"], 0
            if ends == (0, 2):
                weight, delay = 0.5, 4.0
                synapse.Use, synapse.Dep = 0.8, synapse.Dep * 0.5
                synapse.Fac = synapse.Dep + 1
            elif ends[0] > 0:
                weight, rate = 1.0, 40.0
            if ends[0] == 0:
                times, weights = h.Vector([50]), h.Vector([3])
                synapse.setup_delay_vecs(times, weights)
                neuron.kept += [times, weights]
            neuron.connect((source, ends[0]), synapse, edge["conductance"] * weight, delay)
            if rate:
                cell, populations = neuron.ids(edge, source, target)
                drawn = h.Random()
                drawn.Random123(number + 200, cell + 250, populations + 5 + 300)
                drawn.negexp(1)  # draws one, which does not count
                times, at = [], 0
                while (at := at + 1000 / rate * drawn.repick()) < 120:
                    times.append(at)
                neuron.connect(times, synapse, edge["conductance"] * weight, 0.1, 1)
    compare("overrides", neuron.run(), result)
    h.minis_single_vesicle_ProbAMPANMDA_EMS, h.tau_d_NMDA_ProbAMPANMDA_EMS = 0, 43


def test_other_synapses(program, folder):
    """"modoverride": synapses without chance, Exp2Syn with columns of its own, and plastic ones that begin depressed or potentiated."""
    for name in (*DECAY, "Exp2Syn"):
        circuit = Circuit(folder / name)
        circuit.balls("A", 3)
        more = dict(conductance=[30.0, 20.0, 55.0, 15.0, 40.0, 25.0], u_syn=[0.5, 0.3, -0.7, 0.9, 0.4, 0.6], decay_time=[1.5, 8.0, 2.0, 1.7, 7.0, 2.5],
                    facilitation_time=[20.0, 200.0, 5.0, 50.0, 500.0, 1.0])
        if name == "Exp2Syn":
            more = dict(conductance=[0.03, 0.02, 0.02, 0.01, 0.04, 0.02], tau1=[0.5, 1.0, 0.2, 0.4, 0.3, 0.6], tau2=[3.0, 5.0, 2.0, 2.5, 4.0, 6.0], erev=[0.0, -70.0, 5.0, 0.0, -10.0, 0.0])
        if name == "GluSynapse":
            more |= dict(conductance_scale_factor=[0.7, 0.5, 0.2, 0.9, 0.6, 0.4], Use_d_TM=[0.2, 0.3, 0.4, 0.1, 0.2, 0.3], Use_p_TM=[0.9, 0.8, 0.9, 0.7, 0.6, 0.8], theta_d=0.006, theta_p=0.001,
                         rho0_GB=[0.0, 1.0, 0.6, 0.4, 1.0, 0.0], volume_CR=0.09, gmax_d_AMPA=[1.0, 1.2, 0.8, 1.0, 0.9, 1.1], gmax_p_AMPA=[2.0, 2.2, 1.8, 2.0, 1.9, 2.1], u_hill_coefficient=2.0)
            circuit.simulation["conditions"]["extracellular_calcium"] = 1.5
        circuit.bb_edges("A", "A", RING, **more)
        circuit.pulse("A")
        circuit.simulation["run"]["synapse_seed"] = 4
        circuit.simulation["connection_overrides"] = [{"name": "a", "source": "A", "target": "A", "modoverride": name}]
        result = rall(program, circuit.write())
        neuron = Neuron(circuit)
        for edge, number in numbered(circuit.all_edges[0][3]):
            synapse = getattr(neuron.h, name)(neuron.cells["A", edge["target"]](0.5))
            neuron.kept.append(synapse)
            if name == "Exp2Syn":
                synapse.tau1, synapse.tau2, synapse.e = edge["tau1"], edge["tau2"], edge["erev"]
            else:
                setattr(synapse, DECAY[name], edge["decay_time"])
                synapse.Use, synapse.Dep, synapse.Fac = abs(edge["u_syn"]), edge["depression_time"], edge["facilitation_time"]
            if name == "GluSynapse":
                k, c = 2.0 ** 4, 1.5 ** 4
                scale = (k + 16) / 16 * c / (k + c)
                synapse.Use_d, synapse.Use_p = edge["Use_d_TM"] * scale, edge["Use_p_TM"] * scale
                for parameter, column in (("theta_d_GB", "theta_d"), ("theta_p_GB", "theta_p"), ("Nrrp", "n_rrp_vesicles"), *((same, same) for same in (
                        "rho0_GB", "volume_CR", "gmax_d_AMPA", "gmax_p_AMPA"))):
                    setattr(synapse, parameter, edge[column])
                potentiated = synapse.rho0_GB > 0.5
                synapse.gmax0_AMPA, synapse.Use = (synapse.gmax_p_AMPA, synapse.Use_p) if potentiated else (synapse.gmax_d_AMPA, synapse.Use_d)
                synapse.gmax_NMDA = synapse.gmax0_AMPA * edge["conductance_scale_factor"]
                synapse.setRNG(neuron.ids(edge, "A", "A")[0], 100000 + number, 4 + 200)
            neuron.connect(("A", edge["source"]), synapse, edge["conductance"], whole_steps(edge["delay"]))
        compare(f"other_synapses: {name}", neuron.run(), result, 3)


def test_replay(program, folder):
    """Spikes of a file through the edges of virtual and of simulated cells, onto some of the targets; cells that "node_set" leaves out."""
    circuit = Circuit(folder)
    circuit.balls("A", 4)
    circuit.virtual("V", 3)
    circuit.bb_edges("A", "A", [(0, 1), (1, 2), (2, 0), (3, 1), (0, 3)], conductance=8.0)
    circuit.bb_edges("V", "A", [(0, 0), (1, 1), (2, 2), (0, 2), (1, 0)], conductance=9.0)
    trains = {"V": minimal.trains(3, 3, 12, 100), "A": minimal.trains(4, 4, 5, 100)}
    (folder / "sets.json").write_text(json.dumps({"some": {"population": "A", "node_id": [0, 1]}, "run": {"population": "A", "node_id": [0, 1, 2]}}))
    circuit.simulation.update(node_sets_file="sets.json", node_set="run")
    circuit.simulation["reports"]["A"]["cells"] = "run"
    circuit.simulation["inputs"].update(
        first={"input_type": "spikes", "module": "synapse_replay", "spike_file": circuit.spike_file("v.h5", V=trains["V"]), "node_set": "run", "delay": 10, "duration": 60},
        second={"input_type": "spikes", "module": "synapse_replay", "spike_file": circuit.spike_file("a.h5", A=trains["A"]), "node_set": "some", "delay": 0, "duration": 1000})
    result = rall(program, circuit.write())
    neuron = Neuron(circuit)
    for key in [("A", 3)]:
        del neuron.cells[key]
    for source, target, _, edges in circuit.all_edges:
        for edge, number in numbered(edges):
            if edge["target"] == 3:
                continue
            synapse = neuron.synapse(edge, source, target, number)
            if (source, edge["source"]) in neuron.cells:
                neuron.connect((source, edge["source"]), synapse, edge["conductance"], edge["delay"])
            times = trains[source][edge["source"]]
            if source == "V":
                neuron.connect([t for t in times if 10 <= t < 70], synapse, edge["conductance"], edge["delay"], 2)
            elif edge["target"] in (0, 1):
                neuron.connect(times, synapse, edge["conductance"], edge["delay"], 2)
    compare("replay", neuron.run(), result)


def test_gap_junctions(program, folder):
    """Pairs of halves that ids bring together."""
    circuit = Circuit(folder)
    circuit.balls("A", 3)
    circuit.bb_edges("A", "A", [(0, 1), (1, 0), (1, 2), (2, 1)], "electrical", afferent_section_id=0, afferent_section_pos=0.5, conductance=[5.0, 5.0, 2.0, 2.0],
                     afferent_junction_id=[3, 0, 7, 4], efferent_junction_id=[0, 3, 4, 7])
    circuit.simulation["inputs"]["pulse"] = {"input_type": "current_clamp", "module": "linear", "node_set": "A[0]", "amp_start": 0.6, "delay": 5, "duration": 90}
    result = rall(program, circuit.write())
    neuron = Neuron(circuit)
    h = neuron.h
    clamp = h.IClamp(neuron.cells["A", 0](0.5))
    clamp.delay, clamp.dur, clamp.amp = 5, 90, 0.6
    parallel = h.ParallelContext()
    for _, _, _, edges in circuit.all_edges:
        for edge in edges:
            soma = neuron.cells["A", edge["target"]]
            half = h.GapJunction(soma(0.5))
            half.g = edge["conductance"]
            parallel.target_var(half, half._ref_vgap, edge["efferent_junction_id"], sec=soma)
            parallel.source_var(soma(0.5)._ref_v, edge["afferent_junction_id"], sec=soma)
            neuron.kept.append(half)
    parallel.setup_transfer()
    compare("gap_junctions", neuron.run(), result)


TESTS = (test_synapses, test_synapse_reports, test_overrides, test_other_synapses, test_replay, test_gap_junctions)


def main(program, build):
    from nrnmod import load

    load([*sorted(MODS.glob("*.mod")), Path(__file__).parent / "judge" / "GapJunction.mod"], build)
    with tempfile.TemporaryDirectory() as name:
        for test in TESTS:
            test(program, Path(name) / test.__name__)


if __name__ == "__main__":
    main(*sys.argv[1:])
