"""A SONATA circuit built in plain NEURON, as BMTK builds it: what tests compare with.

    spikes = run(simulation_config)      # {population: [(time, node id), ...]} of all nodes that are simulated

It understands what the circuits of these tests say, and nothing else: fit parameters of the Allen Cell Types Database, single compartments, artificial
cells, Exp2Syn and ExpSyn; virtual nodes whose spikes come from HDF5 or CSV files; current clamps.
"""
import csv
import json
import math
from pathlib import Path

import h5py
import numpy
from neuron import h

h.load_file("stdrun.hoc")
h.load_file("import3d.hoc")
h.usetable_hh = 0  # exact rates
templates = 0


def read_json(path):
    return json.loads(Path(path).read_text())


def config_of(path):
    """A config with its manifest's variables put in."""
    config = read_json(path)
    variables = {key: value for key, value in config.get("manifest", {}).items()}
    for _ in variables:
        for key in variables:
            for other, value in variables.items():
                variables[key] = variables[key].replace(other, value)

    def expand(value):
        if isinstance(value, dict):
            return {key: expand(item) for key, item in value.items()}
        if isinstance(value, list):
            return [expand(item) for item in value]
        if isinstance(value, str):
            for key, text in variables.items():
                value = value.replace(key, text)
        return value
    return {key: expand(value) for key, value in config.items()}


def types_of(path, key):
    if not path:
        return {}
    with open(path, encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter=" ", skipinitialspace=True))
    return {int(row[key]): {name: value for name, value in row.items() if value not in ("NULL", "NONE")} for row in rows}


def items(group, types, kind):
    """The nodes or edges of a population as dictionaries: what each says, over what its type says."""
    type_ids = group[f"{kind}_type_id"][:]
    groups = group[f"{kind}_group_id"][:] if f"{kind}_group_id" in group else numpy.zeros(len(type_ids), int)
    indices = group[f"{kind}_group_index"][:] if f"{kind}_group_index" in group else numpy.arange(len(type_ids))
    columns = {}
    for name, data in group.items():
        if name.isdigit():
            columns[int(name)] = {key: value[:] for key, value in data.items() if isinstance(value, h5py.Dataset)}
            if "dynamics_params" in data:
                columns[int(name)]["own_params"] = {key: value[:] for key, value in data["dynamics_params"].items()}
    for row, (type_id, number, index) in enumerate(zip(type_ids, groups, indices)):
        item = dict(types.get(int(type_id), {}), row=row)
        for key, values in columns.get(int(number), {}).items():
            if key == "own_params":
                item["own_params"] = {name: column[index] for name, column in values.items()}
            else:
                item[key] = values[index]
        yield item


class Cell:
    """Sections as BMTK numbers them."""

    def __init__(self, node, components, dL):
        global templates
        templates += 1
        name = f"Cell{templates}"
        h(f"""begintemplate {name}
public soma, axon, dend, apic, all, somatic, axonal, basal, apical
create soma[1], axon[1], dend[1], apic[1]
objref all, somatic, axonal, basal, apical
proc init() {{ all = new SectionList() somatic = new SectionList() axonal = new SectionList() basal = new SectionList() apical = new SectionList() }}
endtemplate {name}""")
        self.hobj = getattr(h, name)()
        if node["model_type"] == "single_compartment":
            soma = self.hobj.soma[0]
            soma.L = soma.diam = float(node["own_params"]["D"])
            soma.insert("pas")
            for mechanism in node.get("model_template", "").split(","):
                if mechanism:
                    soma.insert(mechanism.split(":")[-1])
            for key, value in node["own_params"].items():
                if key != "D":
                    setattr(soma, key, value)
            self.sections = [soma]
            return
        path = Path(components["morphologies_dir"]) / node["morphology"]
        path = path if path.exists() else path.with_name(path.name + ".swc")
        reader = h.Import3d_SWC_read()
        reader.quiet = 1
        reader.input(str(path))
        h.Import3d_GUI(reader, 0).instantiate(self.hobj)
        if node["model_processing"] in ("aibs_perisomatic", "aibs_allactive"):
            active = node["model_processing"] == "aibs_allactive"
            axon = list(self.hobj.axon)
            diams = (axon[0].diam, axon[-1].diam) if active else (1, 1)
            del axon
            for section in self.hobj.axon:
                h.delete_section(sec=section)
            h.execute("create axon[2]", self.hobj)
            for section, diam in zip(self.hobj.axon, diams):
                section.L, section.diam = 30, diam
                self.hobj.all.append(sec=section)
            self.hobj.axon[0].connect(self.hobj.soma[0], 1.0 if active else 0.5, 0)
            self.hobj.axon[1].connect(self.hobj.axon[0], 1, 0)
        self.sections = [section for section in self.hobj.all if section.parentseg() or "soma" in section.name()]  # not those that stayed empty
        for section in self.sections:
            section.nseg = 1 + 2 * int(section.L / (2 * dL if dL else 40))
        self.paint(read_json(Path(components["biophysical_neuron_models_dir"]) / node["dynamics_params"]))

    def paint(self, fit):
        region = lambda section: section.name().split(".")[1][:4]
        passive, conditions = fit["passive"][0], fit["conditions"][0]
        cm = {entry["section"]: float(entry["cm"]) for entry in passive["cm"]}
        for section in self.sections:
            section.Ra, section.cm = float(passive["ra"]), cm[region(section)]
            section.insert("pas")
            section.e_pas = float(passive["e_pas"])
        for gene in fit["genome"]:
            for section in self.sections:
                if region(section) == gene["section"]:
                    if gene["mechanism"]:
                        section.insert(gene["mechanism"])
                    setattr(section, gene["name"], float(gene["value"]))
        for entry in conditions["erev"]:
            for section in self.sections:
                if region(section) == entry["section"]:
                    section.ena, section.ek = float(entry["ena"]), float(entry["ek"])

    def drawn(self, stream, names, nearest, farthest, count):
        """Places as BMTK draws them."""
        h.distance(sec=self.hobj.soma[0])
        segments, lengths = [], []
        for section in self.sections:
            if section.name().split(".")[1][:4] not in names:
                continue
            for segment in section:
                length = section.L / section.nseg
                middle = h.distance(segment)
                inside = min(middle + length / 2, farthest) - max(middle - length / 2, nearest)
                if inside > 0:
                    segments.append(segment)
                    lengths.append(inside)
        chosen = stream.choice(len(segments), count, p=numpy.array(lengths) / sum(lengths))
        return [segments[k] for k in chosen]


def spikes_in(path, population):
    if Path(path).suffix == ".csv":
        with open(path, encoding="utf-8") as lines:
            rows = [row for row in csv.DictReader(lines, delimiter=" ") if row["population"] == population]
        return [int(row["node_ids"]) for row in rows], [float(row["timestamps"]) for row in rows]
    with h5py.File(path) as file:
        group = file["spikes"] if "timestamps" in file["spikes"] else file["spikes"][population]
        return group["gids" if "gids" in group else "node_ids"][:], group["timestamps"][:]


def run(path, in_cells=None):
    path = Path(path)
    pair = read_json(path)
    if "simulation" in pair:
        simulation = config_of(path.parent / pair["simulation"])
        circuit_path = path.parent / pair["network"]
        path = path.parent / pair["simulation"]
    else:
        simulation = config_of(path)
        circuit_path = path.parent / simulation["network"]
    circuit = config_of(circuit_path)
    at = lambda name: circuit_path.parent / name
    components = {key: at(value) for key, value in circuit["components"].items()}
    dL = simulation["run"].get("dL")
    populations, cells, gid = {}, {}, 0
    for entry in circuit["networks"]["nodes"]:
        with h5py.File(at(entry["nodes_file"])) as file:
            for name, group in file["nodes"].items():
                nodes = list(items(group, types_of(entry.get("node_types_file") and at(entry["node_types_file"]), "node_type_id"), "node"))
                ids = group["node_id"][:] if "node_id" in group else range(len(nodes))
                populations[name] = dict(sorted(zip(map(int, ids), nodes)))
                for node_id, node in populations[name].items():
                    node["gid"] = gid + node_id
                    if node["model_type"] in ("biophysical", "single_compartment"):
                        cells[name, node_id] = Cell(node, components, dL)
                    elif node["model_type"] in ("point_process", "point_neuron"):
                        cells[name, node_id] = cell = getattr(h, node["model_template"].split(":")[-1])()
                        parameters = read_json(components["point_neuron_models_dir"] / node["dynamics_params"]) if "dynamics_params" in node else {}
                        for key, value in {**parameters, **node.get("own_params", {})}.items():
                            if key != "type":
                                setattr(cell, key, value * (1000 if "IntFire1" in node["model_template"] else 1))
                gid += len(nodes)
    trains = {}
    for entry in simulation.get("inputs", {}).values():
        if entry["input_type"] == "spikes":
            for node_id, time in zip(*spikes_in(path.parent / entry["input_file"], entry["node_set"])):
                trains.setdefault((entry["node_set"], int(node_id)), []).append(float(time))
    kept, events, streams, players = [], [], {}, {}
    # One that spikes at 0 comes first: NEURON keeps the earliest event outside of its queue, and puts it behind those of its time when an earlier one comes.
    for source, times in [(None, [0.0]), *sorted(trains.items())] if in_cells else ():
        players[source] = player = getattr(h, in_cells)()
        player.n = len(times)
        for k, time in enumerate(times):
            player.times[k] = time
    recorded = {}
    for (name, node_id), cell in cells.items():
        if isinstance(cell, Cell):
            connection = h.NetCon(cell.sections[0](0.5)._ref_v, None, sec=cell.sections[0])
            connection.threshold = simulation["run"]["spike_threshold"]
        else:
            connection = h.NetCon(cell, None)
        recorded[name, node_id] = h.Vector()
        connection.record(recorded[name, node_id])
        kept.append(connection)
    work = []
    for entry in circuit["networks"].get("edges", []):
        with h5py.File(at(entry["edges_file"])) as file:
            for name, group in file["edges"].items():
                ends = [group[f"{end}_node_id"].attrs["node_population"] for end in ("source", "target")]
                ends = [end.decode() if isinstance(end, bytes) else end for end in ends]
                edges = list(items(group, types_of(entry.get("edge_types_file") and at(entry["edge_types_file"]), "edge_type_id"), "edge"))
                for edge, source, target in zip(edges, group["source_node_id"][:], group["target_node_id"][:]):
                    edge["source"], edge["target"] = (ends[0], int(source)), (ends[1], int(target))
                is_virtual = all(node["model_type"] == "virtual" for node in populations[ends[0]].values())
                fed = [entry["node_set"] for entry in simulation.get("inputs", {}).values()]
                work.append((1 + fed.index(ends[0]) if is_virtual else 0, edges))
    for _, edges in sorted(work, key=lambda item: item[0]):
        for edge in edges:
            cell = cells[edge["target"]]
            weight, delay = float(edge["syn_weight"]), float(edge["delay"])
            parameters = read_json(components["synaptic_models_dir"] / edge["dynamics_params"]) if "dynamics_params" in edge else {}
            if edge.get("weight_function") == "gaussianLL":
                turn = abs(float(populations[edge["target"][0]][edge["target"][1]]["tuning_angle"]) - float(populations[edge["source"][0]][edge["source"][1]]["tuning_angle"]))
                weight *= math.exp(-(abs(abs(abs(180 - turn % 360) - 90) - 90) / float(edge["weight_sigma"])) ** 2)
            if not isinstance(cell, Cell):
                targets = [cell]
                if "nsyns" in edge:
                    weight *= parameters["sign"] * float(edge["nsyns"])
            else:
                section_id = edge.get("afferent_section_id", edge.get("sec_id"))
                if section_id is not None:
                    places = [cell.sections[int(section_id)](float(edge.get("afferent_section_pos", edge.get("sec_x"))))]
                else:
                    gid = populations[edge["target"][0]][edge["target"][1]]["gid"]
                    stream = streams.setdefault(gid, numpy.random.RandomState(gid))
                    nearest, farthest = json.loads(edge["distance_range"])
                    places = cell.drawn(stream, edge["target_sections"], nearest, farthest, int(edge.get("nsyns", 1)))
                targets = []
                for place in places:
                    template = {"exp2syn": "Exp2Syn"}.get(edge["model_template"], edge["model_template"])
                    synapse = getattr(h, template.split(":")[-1])(place)
                    for key, value in {**parameters, **edge.get("own_params", {})}.items():
                        if key != "level_of_detail":
                            setattr(synapse, "e" if key == "erev" else key, value)
                    targets.append(synapse)
            for target in targets:
                source = cells.get(edge["source"])
                if source is None and in_cells:
                    connection = h.NetCon(players[edge["source"]], target)
                elif source is None:
                    connection = h.NetCon(None, target)
                    events += [(connection, time + delay) for time in trains.get(edge["source"], [])]
                elif isinstance(source, Cell):
                    connection = h.NetCon(source.sections[0](0.5)._ref_v, target, sec=source.sections[0])
                    connection.threshold = simulation["run"]["spike_threshold"]
                else:
                    connection = h.NetCon(source, target)
                connection.weight[0], connection.delay = weight, delay
                kept += [connection, target]
    for entry in simulation.get("inputs", {}).values():
        if entry["input_type"] == "current_clamp":
            for (name, node_id), cell in cells.items():
                if name == entry["node_set"] and isinstance(cell, Cell):
                    clamp = h.IClamp(cell.sections[0](0.5))
                    clamp.amp, clamp.delay, clamp.dur = entry["amp"], entry["delay"], entry["duration"]
                    kept.append(clamp)

    def send():
        for connection, time in events:
            connection.event(time)
    kept.append(h.FInitializeHandler(send))
    h.celsius = simulation["conditions"]["celsius"]
    h.steps_per_ms = 1 / simulation["run"]["dt"]
    h.dt, h.tstop, h.v_init = simulation["run"]["dt"], simulation["run"]["tstop"], simulation["conditions"]["v_init"]
    h.run()
    spikes = {}
    for (name, node_id), times in recorded.items():
        spikes.setdefault(name, []).extend((time, node_id) for time in times)
    return {name: sorted(found) for name, found in spikes.items()}
