"""SONATA circuits of a few nodes, written with h5py: one for each feature."""
import json
from pathlib import Path

import h5py
import numpy

COMPONENTS = Path(__file__).parent.parent / "data" / "sonata" / "shared_components"


def table(path, rows):
    """A CSV file of types."""
    names = list(rows[0])
    quoted = lambda value: "NULL" if value is None else f'"{value}"' if " " in str(value) or "," in str(value) else str(value)
    path.write_text("\n".join(" ".join(line) for line in [names, *([quoted(row.get(name)) for name in names] for row in rows)]) + "\n")


def write_group(group, columns):
    for name, values in columns.items():
        if isinstance(values, dict):
            write_group(group.create_group(name), values)
        else:
            group[name] = values


class Circuit:
    """Collects populations and writes a folder that `rall run` takes."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "components").mkdir(exist_ok=True)
        self.config = {"manifest": {"$HERE": ".", "$PARTS": "$HERE/components"},
                       "components": {"morphologies_dir": str(COMPONENTS / "morphologies"), "synaptic_models_dir": "$PARTS", "point_neuron_models_dir": "$PARTS",
                                      "biophysical_neuron_models_dir": str(COMPONENTS / "biophysical_neuron_templates" / "json")},
                       "networks": {"nodes": [], "edges": []}}
        self.simulation = {"network": "circuit.json", "run": {"tstop": 200, "dt": 0.1, "spike_threshold": -15}, "conditions": {"celsius": 6.3, "v_init": -65},
                           "inputs": {}, "output": {"output_dir": "out"}}

    def parameters(self, name, **values):
        (self.folder / "components" / name).write_text(json.dumps(values))
        return name

    def nodes(self, name, types, type_ids, ids=None, groups=None, group_ids=None, indices=None, entry=None):
        n = len(type_ids)
        with h5py.File(self.folder / f"{name}_nodes.h5", "w") as file:
            nodes = file.create_group(f"nodes/{name}")
            nodes["node_type_id"] = numpy.array(type_ids, "u8")
            nodes["node_id"] = numpy.array(range(n) if ids is None else ids, "u8")
            nodes["node_group_id"] = numpy.array([0] * n if group_ids is None else group_ids, "u4")
            nodes["node_group_index"] = numpy.array(range(n) if indices is None else indices, "u8")
            write_group(nodes, {str(k): columns for k, columns in (groups or {0: {}}).items()})
        files = {"nodes_file": f"$HERE/{name}_nodes.h5"}
        if types:
            table(self.folder / f"{name}_node_types.csv", types)
            files["node_types_file"] = f"$HERE/{name}_node_types.csv"
        self.config["networks"]["nodes"].append(files | (entry or {}))

    def edges(self, source, target, types, pairs, type_ids=None, groups=None, group_ids=None, indices=None):
        name, n = f"{source}_to_{target}", len(pairs)
        with h5py.File(self.folder / f"{name}_edges.h5", "w") as file:
            edges = file.create_group(f"edges/{name}")
            for k, end in enumerate((source, target)):
                ids = edges.create_dataset(f"{('source', 'target')[k]}_node_id", data=numpy.array([pair[k] for pair in pairs], "u8"))
                ids.attrs["node_population"] = end
            edges["edge_type_id"] = numpy.array(type_ids or [types[0]["edge_type_id"]] * n, "u4")
            edges["edge_group_id"] = numpy.array([0] * n if group_ids is None else group_ids, "u2")
            edges["edge_group_index"] = numpy.array(range(n) if indices is None else indices, "u4")
            write_group(edges, {str(k): columns for k, columns in (groups or {0: {}}).items()})
        table(self.folder / f"{name}_edge_types.csv", types)
        self.config["networks"]["edges"].append({"edges_file": f"$HERE/{name}_edges.h5", "edge_types_file": f"$HERE/{name}_edge_types.csv"})

    def spikes(self, population, trains, kind="h5"):
        """Virtual nodes that spike at these times (ms), by node id."""
        pairs = sorted((time, node) for node, times in trains.items() for time in times)
        path = self.folder / f"{population}_spikes.{kind}"
        if kind == "csv":
            path.write_text("timestamps population node_ids\n" + "".join(f"{time} {population} {node}\n" for time, node in pairs))
        else:
            with h5py.File(path, "w") as file:
                group = file.create_group(f"spikes/{population}")
                group["timestamps"], group["node_ids"] = [time for time, _ in pairs], numpy.array([node for _, node in pairs], "u8")
        self.simulation["inputs"][f"{population}_spikes"] = {"input_type": "spikes", "module": kind, "input_file": path.name, "node_set": population}

    def clamp(self, node_set, amp, delay=10, duration=150):
        self.simulation["inputs"][f"clamp_{len(self.simulation['inputs'])}"] = {"input_type": "current_clamp", "module": "IClamp", "node_set": node_set,
                                                                               "amp": amp, "delay": delay, "duration": duration}

    def write(self):
        (self.folder / "circuit.json").write_text(json.dumps(self.config, indent=1))
        (self.folder / "simulation.json").write_text(json.dumps(self.simulation, indent=1))
        return self.folder / "simulation.json"


VIRTUAL = [{"node_type_id": 7, "model_type": "virtual"}]
BALL = {"node_type_id": 1, "model_type": "single_compartment", "model_template": "nrn:hh"}


def trains(seed, nodes, count=20, until=180):
    numbers = numpy.random.RandomState(seed)
    return {node: sorted(numpy.round(numbers.uniform(1, until, count), 3)) for node in range(nodes)}


def balls(circuit, name="balls", count=3):
    circuit.nodes(name, [BALL], [1] * count, groups={0: {"dynamics_params": {"D": numpy.linspace(18, 26, count), "g_pas": [1e-5] * count, "e_pas": [-65.0] * count}}})


def overrides(folder):
    """Ids out of order, two groups of nodes and of edges with indices out of order, what single nodes and edges say over their types, texts in quotes."""
    circuit = Circuit(folder)
    circuit.parameters("slow.json", level_of_detail="exp2syn", tau1=1.0, tau2=4.0, erev=0.0)
    circuit.nodes("balls", [BALL | {"model_name": "a ball, so to say"}], [1] * 4, ids=[2, 0, 3, 1], group_ids=[0, 1, 1, 0], indices=[1, 0, 1, 0],
                  groups={0: {"dynamics_params": {"D": [20.0, 24.0], "g_pas": [1e-5, 2e-5], "e_pas": [-65.0] * 2}},
                          1: {"dynamics_params": {"D": [18.0, 22.0], "g_pas": [3e-5, 1e-5], "e_pas": [-64.0] * 2}}})
    circuit.nodes("virt", VIRTUAL, [7] * 3)
    circuit.edges("virt", "balls", [{"edge_type_id": 5, "model_template": "Exp2Syn", "dynamics_params": "slow.json", "delay": 1.5, "syn_weight": 0.02}],
                  [(0, 0), (1, 1), (2, 2), (0, 3), (1, 0), (2, 1)], group_ids=[0, 1, 0, 1, 0, 1], indices=[2, 0, 0, 2, 1, 1],
                  groups={0: {"sec_id": [0, 0, 0], "sec_x": [0.5] * 3, "syn_weight": [0.01, 0.03, 0.025]},
                          1: {"sec_id": [0, 0, 0], "sec_x": [0.5] * 3, "delay": [3.0, 0.7, 2.0]}})
    circuit.edges("balls", "balls", [{"edge_type_id": 6, "model_template": "ExpSyn", "delay": 2.0, "syn_weight": 0.01}], [(0, 1), (1, 2), (3, 0)],
                  groups={0: {"sec_id": [0] * 3, "sec_x": [0.5] * 3, "dynamics_params": {"tau": [2.0, 3.0, 5.0]}}})
    circuit.spikes("virt", trains(1, 3))
    return circuit.write()


def placed(folder):
    """Synapses drawn from ranges of distance, by numbers of each cell's own: those between cells first, then those of each input."""
    circuit = Circuit(folder)
    circuit.simulation["conditions"] = {"celsius": 34, "v_init": -80}
    circuit.simulation["run"]["dL"] = 20
    circuit.parameters("exc.json", tau1=1.0, tau2=3.0, erev=0.0)
    circuit.parameters("inh.json", tau1=2.7, tau2=15.0, erev=-70.0)
    circuit.nodes("cells", [{"node_type_id": 1, "model_type": "biophysical", "model_template": "ctdb:Biophys1.hoc", "morphology": "Nr5a1_471087815_m",
                             "dynamics_params": "473863035_fit.json", "model_processing": "aibs_perisomatic"}], [1, 1])
    for name in ("exc", "inh"):
        circuit.nodes(name, VIRTUAL, [7] * 12)
    drawn = lambda number, parameters, sections, distance, weight: {"edge_type_id": number, "model_template": "Exp2Syn", "dynamics_params": parameters, "delay": 2.0,
                                                                    "syn_weight": weight, "target_sections": sections, "distance_range": distance}
    all_pairs = [(source, target) for source in range(12) for target in range(2)]
    circuit.edges("exc", "cells", [drawn(2, "exc.json", "['dend', 'apic']", "[30.0, 150.0]", 2e-3)], all_pairs, groups={0: {"nsyns": [3] * 24}})
    circuit.edges("inh", "cells", [drawn(3, "inh.json", "['soma', 'dend']", "[0.0, 40.0]", 3e-4)], all_pairs, groups={0: {"nsyns": [2] * 24}})
    circuit.edges("cells", "cells", [drawn(4, "exc.json", "['dend']", "[0.0, 1.0e20]", 1e-3)], [(0, 1), (1, 0)], groups={0: {"nsyns": [4, 5]}})
    circuit.spikes("inh", trains(2, 12, 8))
    circuit.spikes("exc", trains(3, 12, 12), "csv")
    return circuit.write()


def points(folder):
    """Artificial cells of three kinds, with signs, numbers of synapses and weights that depend on how two nodes are tuned."""
    circuit = Circuit(folder)
    circuit.parameters("exc.json", sign=1, level_of_detail="instanteneous")
    circuit.parameters("inh.json", sign=-1)
    circuit.parameters("lif.json", tau=0.02, refrac=0.003, type="NEURON_IntFire1")
    circuit.nodes("points", [{"node_type_id": 1, "model_type": "point_process", "model_template": "nrn:IntFire1", "dynamics_params": "lif.json"},
                             {"node_type_id": 2, "model_type": "point_neuron", "model_template": "nrn:IntFire2"},
                             {"node_type_id": 3, "model_type": "point_process", "model_template": "nrn:IntFire4"}], [1, 2, 3, 1, 1],
                  groups={0: {"tuning_angle": [0.0, 250.0, 15.5, 100.0, 340.0]}})
    circuit.nodes("virt", VIRTUAL, [7] * 4, groups={0: {"tuning_angle": [10.0, 95.0, 180.0, 355.0]}})
    every = [(source, target) for source in range(4) for target in range(5)]
    circuit.edges("virt", "points", [{"edge_type_id": 1, "delay": 1.0, "syn_weight": 0.4, "weight_function": "gaussianLL", "weight_sigma": 50.0, "dynamics_params": "exc.json"}],
                  every, groups={0: {"nsyns": [1 + k % 3 for k in range(20)]}})
    circuit.edges("points", "points", [{"edge_type_id": 1, "delay": 2.0, "syn_weight": 0.3, "weight_function": "wmax", "dynamics_params": "inh.json"},
                                       {"edge_type_id": 2, "delay": 3.1, "syn_weight": 0.5, "weight_function": "wmax", "dynamics_params": "exc.json"}],
                  [(0, 3), (0, 4), (1, 3), (3, 0), (3, 4), (4, 2)], type_ids=[1, 2, 2, 2, 1, 2], groups={0: {"nsyns": [1] * 6}})
    circuit.spikes("virt", trains(4, 4, 60))
    return circuit.write()


def clamped(folder):
    """Current clamps on single compartments that excite one another."""
    circuit = Circuit(folder)
    balls(circuit)
    circuit.edges("balls", "balls", [{"edge_type_id": 1, "model_template": "nrn:ExpSyn", "delay": 1.3, "syn_weight": 0.005}], [(0, 1), (1, 2), (2, 0)],
                  groups={0: {"afferent_section_id": [0] * 3, "afferent_section_pos": [0.5] * 3, "dynamics_params": {"tau": [1.0, 2.0, 3.0]}}})
    circuit.clamp("balls", 0.1)
    return circuit.write()


def short_delays(folder):
    """Delays of no step, of less than one and of a little more, onto cells and artificial cells."""
    circuit = Circuit(folder)
    balls(circuit)
    circuit.nodes("points", [{"node_type_id": 1, "model_type": "point_process", "model_template": "nrn:IntFire1"}], [1] * 3)
    circuit.edges("balls", "balls", [{"edge_type_id": 1, "model_template": "nrn:ExpSyn", "syn_weight": 0.01}], [(0, 1), (1, 2), (2, 0), (0, 2)],
                  groups={0: {"sec_id": [0] * 4, "sec_x": [0.5] * 4, "delay": [0.0, 0.02, 0.05, 0.11], "dynamics_params": {"tau": [1.0, 2.0, 3.0, 1.0]}}})
    circuit.edges("balls", "points", [{"edge_type_id": 1, "syn_weight": 1.2}], [(0, 0), (1, 1), (2, 0), (0, 2)], groups={0: {"delay": [0.0, 0.01, 0.04, 0.09]}})
    circuit.clamp("balls", 0.1)
    return circuit.write()


CIRCUITS = {function.__name__: function for function in (overrides, placed, points, clamped, short_delays)}
