#!/usr/bin/python3
"""Circuits that are wrong, and what is said about each: the file, the data set and the row where there is one; exit code 1, nothing written.

    faults.py RALL
"""
import json
import resource
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py
import numpy

import minimal

FAULTS = []  # what spoils a circuit, what is said then, and which circuit


def fault(*said, of=minimal.overrides):
    def add(function):
        FAULTS.append((function, said, of))
        return function
    return add


def replace(path, name, values):
    """Another data set in the place of one, with its attributes."""
    with h5py.File(path, "r+") as file:
        attributes = dict(file[name].attrs)
        del file[name]
        file[name] = values
        file[name].attrs.update(attributes)


def edit(path, old, new):
    text = path.read_text()
    assert old in text, f"{path} lacks {old}"
    path.write_text(text.replace(old, new))


def json_of(path, change):
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))


EDGES, NODES = "virt_to_balls_edges.h5", "balls_nodes.h5"


def data(file, name, values, *said, of=minimal.overrides):
    """Other values in a data set."""
    of_this = lambda folder: replace(folder / file, name, values)
    of_this.__name__ = f"{name} = {values}"
    FAULTS.append((of_this, said, of))


def text(file, old, new, *said, of=minimal.overrides):
    """Another text in a file."""
    of_this = lambda folder: edit(folder / file, old, new)
    of_this.__name__ = f"{file}: {old} -> {new}"
    FAULTS.append((of_this, said, of))


def simulation(change, *said, of=minimal.overrides):
    """Something else in the simulation config."""
    of_this = lambda folder: json_of(folder / "simulation.json", change)
    of_this.__name__ = f"simulation: {said[1]}"
    FAULTS.append((of_this, said, of))


def truncated(file, part, *said):
    def of_this(folder):
        whole = (folder / file).read_bytes()
        (folder / file).write_bytes(whole[:int(len(whole) * part)])
    of_this.__name__ = f"{file}: {part} of it"
    FAULTS.append((of_this, said, minimal.overrides))


for part in (0.1, 0.5, 0.9):
    truncated(EDGES, part, EDGES, "damaged")
    truncated(NODES, part, NODES, "damaged")
truncated("virt_spikes.h5", 0.5, "virt_spikes.h5", "damaged")


@fault("virt_to_balls_edges.h5", "no HDF5 file")
def no_hdf5(folder):
    (folder / EDGES).write_text("source target\n0 1\n")


data(NODES, "nodes/balls/node_id", [b"a", b"b", b"c", b"d"], "balls_nodes.h5", "'/nodes/balls/node_id' holds texts; expected numbers")
data(EDGES, "edges/virt_to_balls/target_node_id", numpy.array([0.5] * 6), "virt_to_balls_edges.h5", "'/edges/virt_to_balls/target_node_id' holds numbers with a fraction; expected integers")
data(NODES, "nodes/balls/node_id", [2, 0, 3, 2], "balls_nodes.h5", "'/nodes/balls/node_id': two rows have the id 2")
data(NODES, "nodes/balls/node_type_id", [1, 9, 1, 1], "balls_nodes.h5", "'/nodes/balls/node_type_id', row 1: 9 is no type of", "balls_node_types.csv")
data(NODES, "nodes/balls/node_group_id", [0, 1, 1, 8], "balls_nodes.h5", "'/nodes/balls/node_group_id', row 3: there is no group 8")
data(NODES, "nodes/balls/node_group_index", [1, 70, 1, 0], "balls_nodes.h5", "node_group_index', row 1: 70 is beyond the 2 values")
data(NODES, "nodes/balls/node_group_id", [0, 1, 1], "balls_nodes.h5", "'/nodes/balls/node_group_id' has 3 values for 4 nodes")
data(EDGES, "edges/virt_to_balls/target_node_id", [0, 1, 44, 3, 0, 1], "virt_to_balls_edges.h5", "'/edges/virt_to_balls/target_node_id', row 2: the population 'balls' has no node 44")
data(EDGES, "edges/virt_to_balls/source_node_id", [0, 1, 2, 0, 1, 3], "virt_to_balls_edges.h5", "'/edges/virt_to_balls/source_node_id', row 5: the population 'virt' has no node 3")


@fault("virt_to_balls_edges.h5", "needs the attribute 'node_population'")
def edge_population_missing(folder):
    with h5py.File(folder / EDGES, "r+") as file:
        del file["edges/virt_to_balls/source_node_id"].attrs["node_population"]


@fault("virt_to_balls_edges.h5", "single edges have a model_template of their own, which is not read", "make a type of edges for each")
def template_of_edges(folder):
    with h5py.File(folder / EDGES, "r+") as file:
        file["edges/virt_to_balls/0/model_template"] = [b"ExpSyn"] * 3


@fault("virt_to_balls_edges.h5", "no population of nodes is called 'virtt'", "did you mean 'virt'")
def edge_population_unknown(folder):
    with h5py.File(folder / EDGES, "r+") as file:
        file["edges/virt_to_balls/source_node_id"].attrs["node_population"] = "virtt"


data(EDGES, "edges/virt_to_balls/edge_type_id", [5, 5, 5, 5, 6, 5], "virt_to_balls_edges.h5", "'/edges/virt_to_balls/edge_type_id', row 4: 6 is no type of", "virt_to_balls_edge_types.csv")
data(EDGES, "edges/virt_to_balls/target_node_id", [0, 1], "virt_to_balls_edges.h5", "are not two lists of one length")
data(EDGES, "edges/virt_to_balls/0/syn_weight", [0.1, numpy.nan, 0.1], "virt_to_balls_edges.h5", "'/edges/virt_to_balls/0/syn_weight', row 1: NaN is no value")
data(EDGES, "edges/virt_to_balls/0/syn_weight", [b"0.1", b"0.2", b"0.3"], EDGES, "'/edges/virt_to_balls/0/syn_weight' holds texts; expected numbers")
data(EDGES, "edges/virt_to_balls/0/syn_weight", numpy.ones((3, 2)), EDGES, "'/edges/virt_to_balls/0/syn_weight'")
data(EDGES, "edges/virt_to_balls/0/sec_id", [0.0, 0.5, 0.0], EDGES, "sec_id', row")
data(EDGES, "edges/virt_to_balls/0/syn_weight", [0.1, 0.1, numpy.inf], "virt_to_balls_edges.h5", "'/edges/virt_to_balls/syn_weight', row 0: the syn_weight of this edge is infinite")
data(EDGES, "edges/virt_to_balls/1/delay", [-3.0, 1.0, 1.0], "virt_to_balls_edges.h5", "row 1: the delay is -3 ms; expected 0 or more")
text("virt_to_balls_edge_types.csv", " 1.5 ", " NULL ", "virt_to_balls_edges.h5", "row 0: this edge has no delay")
data(EDGES, "edges/virt_to_balls/0/sec_id", [1, 0, 0], "virt_to_balls_edges.h5", "'/edges/virt_to_balls/sec_id', row 2: 1 is no section of balls[2], which has 1")
data(EDGES, "edges/virt_to_balls/0/sec_x", [1.5, 0, 0], "virt_to_balls_edges.h5", "'/edges/virt_to_balls/sec_x', row 2: 1.5 is no place on a section; expected 0 to 1")
data(EDGES, "edges/virt_to_balls/edge_group_index", [2, 0, 0, 2, 1, 17], "virt_to_balls_edges.h5", "edge_group_index asks for number 17")
text("virt_to_balls_edge_types.csv", "Exp2Syn", "Exp2Sin", "virt_to_balls_edge_types.csv:2", "no POINT_PROCESS is called 'Exp2Sin'", "did you mean 'Exp2Syn'")
text("virt_to_balls_edge_types.csv", "slow.json", "quick.json", "virt_to_balls_edge_types.csv:2", "there is no file", "quick.json", "'synaptic_models_dir'")


@fault("virt_to_balls_edge_types.csv:2", "Exp2Syn has no parameter 'tau3'", "did you mean 'tau")
def parameter_unknown(folder):
    json_of(folder / "components" / "slow.json", lambda content: content.update(tau3=1))


text("virt_to_balls_edge_types.csv", " 1.5", "", "virt_to_balls_edge_types.csv:2", "4 fields, but the first line names 5 columns")
text("balls_node_types.csv", "single_compartment", "single_compartmant", "balls_node_types.csv:2", "the model_type 'single_compartmant' is not supported", "did you mean 'single_compartment'")


@fault("balls_node_types.csv:1", "there is no column 'node_type_id'", "separated by blanks")
def types_with_commas(folder):
    path = folder / "balls_node_types.csv"
    path.write_text("node_type_id,model_type\n1,virtual\n")


text("circuit.json", "$HERE/balls_nodes.h5", "$HERE/elsewhere.h5", "circuit.json", "there is no file", "elsewhere.h5")
text("circuit.json", "$HERE/balls_nodes.h5", "$HEER/balls_nodes.h5", "circuit.json", "manifest has no variable '$HEER'", "did you mean '$HERE'")
text("circuit.json", '"nodes_file": "$HERE/balls', '"node_file": "$HERE/balls', "circuit.json", "'node_file'", "did you mean 'nodes_file'")
text("simulation.json", "circuit.json", "circus.json", "simulation.json", "there is no file", "circus.json")


@fault("simulation.json", "no cell and no node set is called 'bals'", "did you mean 'balls'")
def node_set_unknown(folder):
    json_of(folder / "simulation.json", lambda content: content["inputs"].update(c={"input_type": "current_clamp", "module": "IClamp", "amp": 1, "delay": 0, "duration": 1,
                                                                                   "node_set": "bals"}))


@fault("sets.json:1:11", "'populaton'", "did you mean 'population'")
def node_set_key_unknown(folder):
    (folder / "sets.json").write_text('{"some": {"populaton": "balls"}}')
    json_of(folder / "simulation.json", lambda content: content.update(node_sets_file="sets.json", reports={"v": {"cells": "some", "variable_name": "v"}}))


@fault("simulation.json", "is simulated: it makes spikes of its own")
def spikes_of_cells(folder):
    with h5py.File(folder / "virt_spikes.h5", "r+") as file:
        file.move("spikes/virt", "spikes/balls")
    json_of(folder / "simulation.json", lambda content: content["inputs"]["virt_spikes"].update(node_set="balls"))


simulation(lambda content: content.update(cells={}), "simulation.json", "'cells' and 'network' both say which cells there are")
text("cells_node_types.csv", "Nr5a1_471087815_m", "Nr5a1_0815", "cells_node_types.csv:2", "there is no file", "Nr5a1_0815", "'morphologies_dir'", of=minimal.placed)
text("cells_node_types.csv", "ctdb:Biophys1.hoc", "py:Biophys", "cells_node_types.csv:2", "the model_template 'py:Biophys' is not supported", of=minimal.placed)
text("cells_node_types.csv", "ctdb:Biophys1.hoc", "hoc:Biophys", "cells_node_types.csv:2", "there is no file", "Biophys", of=minimal.placed)
text("cells_node_types.csv", "aibs_perisomatic", "aibs_perisomatc", "cells_node_types.csv:2", "the model_processing 'aibs_perisomatc' is not supported", "did you mean 'aibs_perisomatic'", of=minimal.placed)
text("exc_to_cells_edge_types.csv", "'dend'", "'dent'", "exc_to_cells_edge_types.csv:2", "target_sections: 'dent' is no kind of section", "did you mean 'dend'", of=minimal.placed)
text("exc_to_cells_edge_types.csv", "[30.0, 150.0]", "[150.0, 30.0]", "exc_to_cells_edge_types.csv:2", "distance_range is '[150.0, 30.0]'", of=minimal.placed)
text("exc_to_cells_edge_types.csv", "target_sections", "target_section", "exc_to_cells_edge_types.csv:2", "do not say where their synapses are", of=minimal.placed)


def input_of(folder, **entry):
    json_of(folder / "simulation.json", lambda content: content["inputs"].update(x={"node_set": "balls", "input_type": "current_clamp", "module": "IClamp"} | entry))


@fault("simulation.json", "the input module 'IClam' is not supported", "did you mean 'IClamp'")
def module_unknown(folder):
    input_of(folder, module="IClam", amp=1)


@fault("simulation.json", "inputs.x: 3 values of amp, 2 of delay and 3 of duration; expected equally many")
def steps_uneven(folder):
    input_of(folder, amp=[1, 2, 3], delay=[0, 1], duration=[1, 1, 1])


@fault("steps.csv:1", "there is no column 'amps'")
def table_column_missing(folder):
    (folder / "steps.csv").write_text("timestamps amp\n0 1\n1 0\n")
    input_of(folder, input_type="csv", file="steps.csv")


@fault("steps.csv:3", "'1' is no time in ms at or after the one before")
def table_backwards(folder):
    (folder / "steps.csv").write_text("timestamps amps\n2 1\n1 0\n")
    input_of(folder, input_type="csv", file="steps.csv")


@fault("steps.csv:2", "'nan' is no current in nA")
def table_nan(folder):
    (folder / "steps.csv").write_text("timestamps amps\n2 nan\n3 0\n")
    input_of(folder, input_type="csv", file="steps.csv")


def sweep(folder, data=(0.0, 1e-10), **rate):
    with h5py.File(folder / "ephys.nwb", "w") as file:
        series = file.create_group("epochs/Sweep_1/stimulus/timeseries")
        series["data"], series["starting_time"] = data, 0.0
        series["starting_time"].attrs.update(rate)


@fault("ephys.nwb", "this file has no sweep 'Sweep_11'", "did you mean 'Sweep_1'")
def sweep_missing(folder):
    sweep(folder, rate=1e4)
    input_of(folder, input_type="nwb", file="ephys.nwb", sweep_id=11)


@fault("ephys.nwb", "'/epochs/Sweep_1/stimulus/timeseries/starting_time' needs the attribute 'rate'")
def rate_missing(folder):
    sweep(folder)
    input_of(folder, input_type="nwb", file="ephys.nwb", sweep_id=1)


@fault("ephys.nwb", "'/epochs/Sweep_1/stimulus/timeseries/data', row 1: nan is no value")
def sweep_nan(folder):
    sweep(folder, (0.0, numpy.nan), rate=1e4)
    input_of(folder, input_type="nwb", file="ephys.nwb", sweep_id=1)


@fault("s.nwb", "this file has 2 trials: say which", "trial_0 and trial_1")
def trial_missing(folder):
    with h5py.File(folder / "s.nwb", "w") as file:
        file["processing/trial_0/spike_train/0/data"] = file["processing/trial_1/spike_train/0/data"] = [1.0]
    json_of(folder / "simulation.json", lambda content: content["inputs"]["virt_spikes"].update(module="nwb", input_file="s.nwb"))


@fault("simulation.json", "the input module 'xstim' is not supported", "potentials from outside that act on cells are not simulated")
def field(folder):
    input_of(folder, module="xstim", input_type="lfp", waveform={"shape": "sin"})


@fault("simulation.json", "inputs.x.edges needs 'edge_types_file'")
def replay_types_missing(folder):
    input_of(folder, module="replay", input_type="replay_spikes", spikes_file="virt_spikes.h5", edges={"edges_file": EDGES})


@fault("simulation.json", "there is no file", "nowhere.h5")
def replay_spikes_missing(folder):
    input_of(folder, module="replay", input_type="replay_spikes", spikes_file="nowhere.h5", edges={"edges_file": EDGES, "edge_types_file": "virt_to_balls_edge_types.csv"})


simulation(lambda content: content.update(reports={"v": {"cells": [0, 99], "variable_name": "v"}}), "simulation.json", "there is no node 99", "nodes are counted through all populations")
simulation(lambda content: content.update(reports={"g": {"module": "netcon_report", "syn_type": "Exp3Syn", "variable_name": "g"}}), "simulation.json", "reports.g: no synapses are of the mechanism 'Exp3Syn'", "did you mean 'Exp2Syn'")
simulation(lambda content: content.update(networks={}), "simulation.json", "'network' and 'networks' both say which circuit it is")
text("cells_node_types.csv", "aibs_perisomatic", "aibs_perisomatic,fullaxon", "cells_node_types.csv:2", "'fullaxon' says a second time what becomes of the axon", of=minimal.placed)


text("virt_to_balls_edge_types.csv", " 0.02", " 0.02e", "virt_to_balls_edge_types.csv:2", "'0.02e'")


def tell(rall, faults):
    failed = []
    for function, said, circuit in faults:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "circuit"
            config = circuit(folder)
            function(folder)
            output = Path(name) / "out"
            output.mkdir()
            (output / "spikes.h5").write_text("of a former run")
            done = subprocess.run([rall, "run", config, "--output-dir", output], capture_output=True, text=True, errors="replace", timeout=60)
            text = done.stdout + done.stderr
            missing = [part for part in said if part not in text]
            kept = [path.name for path in output.iterdir()] == ["spikes.h5"] and (output / "spikes.h5").read_text() == "of a former run"
            if done.returncode != 1 or missing or not kept:
                failed.append(function.__name__)
                print(f"{function.__name__}: exit code {done.returncode}, not said: {missing}{'' if kept else ', output touched'}\n{text}")
    print(f"{len(faults) - len(failed)} of {len(faults)} are told as they should be")
    return bool(failed)


def full_disk(rall):
    """No file may become larger than this: the machine's fault, exit code 3, and what was there stays."""
    def limit(size):
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    with tempfile.TemporaryDirectory() as name:
        config = minimal.overrides(Path(name) / "circuit")
        json_of(config, lambda content: content.update(reports={"v": {"cells": "balls", "variable_name": "v"}}))
        for size in (1000, 4000, 12000):
            output = Path(name) / f"out_{size}"
            output.mkdir()
            (output / "spikes.h5").write_text("of a former run")
            done = subprocess.run([rall, "run", config, "--output-dir", output], capture_output=True, text=True, timeout=60, preexec_fn=lambda: limit(size))
            said = done.stdout + done.stderr
            assert done.returncode == 3 and f".out_{size}.partial" in said and "File too large" in said, f"{size}: exit code {done.returncode}\n{said}"
            assert [path.name for path in output.iterdir()] == ["spikes.h5"] and (output / "spikes.h5").read_text() == "of a former run", size
    print("full disks: exit code 3, results of a former run as they were")


if __name__ == "__main__":
    failed = tell(sys.argv[1], FAULTS)
    full_disk(sys.argv[1])
    sys.exit(failed)
