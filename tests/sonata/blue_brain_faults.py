#!/usr/bin/python3
"""Circuits of the Blue Brain form that are wrong, and what is said about each.

    blue_brain_faults.py RALL
"""
import json
import sys

import h5py

import blue_brain
import faults
from faults import json_of, replace

FAULTS = []
EDGES, GAPS = "A__A__chemical.h5", "A__A__electrical.h5"


def circuit(folder):
    made = blue_brain.Circuit(folder)
    made.balls("A", 3)
    made.bb_edges("A", "A", [(0, 1), (1, 2), (2, 0)])
    made.bb_edges("A", "A", [(0, 1), (1, 0)], "electrical", afferent_section_id=0, afferent_section_pos=0.5, conductance=5.0, afferent_junction_id=[3, 0],
                  efferent_junction_id=[0, 3])
    made.spike_file("a.h5", A={0: [10.0]})
    (folder / "sets.json").write_text(json.dumps({"some": {"population": "A", "node_id": [0, 1]}, "typed": {"model_type": {"$regex": "single.*"}}}))
    (folder / "places.json").write_text(json.dumps({"few": {"population": "A", "compartment_set": [[0, 0, 0.5]]}, "far": {"population": "A", "compartment_set": [[0, 7, 0.5]]},
                                                    "odd": {"population": "A", "compartment_set": [[0, 0]]}}))
    made.simulation.update(node_sets_file="sets.json", compartment_sets_file="places.json")
    made.pulse("A")
    return made.write()


def fault(*said):
    def add(function):
        FAULTS.append((function, said, circuit))
        return function
    return add


def changed(*said, **sections):
    """What is said where sections of the simulation config are replaced."""
    def function(folder):
        json_of(folder / "simulation.json", lambda content: content.update(sections))
    function.__name__ = f"{next(iter(sections))}: {said[0]}"
    FAULTS.append((function, said, circuit))


def data_of(file, name, values):
    return lambda folder: replace(folder / file, f"edges/{file[:-3]}/{name}", values)


def edge(file, name, values, *said):
    function = data_of(file, name, values)
    function.__name__ = f"{name} {values}"
    FAULTS.append((function, said, circuit))


edge(EDGES, "0/conductance", [1.0, float("nan"), 1.0], EDGES, "0/conductance', row 1", "NaN is no value")
edge(EDGES, "0/delay", [1.0, -1.0, 1.0], "0/delay', row 1: the delay is -1 ms")
edge(EDGES, "0/delay", [1.0, 1.0, 0.01], "0/delay', row 2", "shorter than a step of 0.05 ms", "synapse_delay_override")
edge(EDGES, "0/afferent_section_id", [0, 4, 0], "0/afferent_section_id', row 1: 4 is no section of A[2], which has 1")
edge(EDGES, "0/afferent_section_pos", [0.5, 0.5, 1.5], "0/afferent_section_pos', row 2: 1.5 is no place")
edge(EDGES, "target_node_id", [1, 2, 9], "target_node_id', row 2: the population 'A' has no node 9")
edge(GAPS, "0/efferent_junction_id", [0, 4], "row 1: no edge has the afferent_junction_id 4")
edge(GAPS, "0/conductance", [1.0, float("nan")], GAPS, "NaN is no value")


@fault("these edges have no 'u_syn'")
def column_missing(folder):
    with h5py.File(folder / EDGES, "r+") as file:
        del file[f"edges/{EDGES[:-3]}/0/u_syn"]


@fault("these edges have no 'afferent_junction_id'")
def junction_missing(folder):
    with h5py.File(folder / GAPS, "r+") as file:
        del file[f"edges/{GAPS[:-3]}/0/afferent_junction_id"]


@fault("edges 'A__A__chemical' are of the type 'neuromodulatory', which is not supported")
def neuromodulatory(folder):
    json_of(folder / "circuit.json", lambda content: content["networks"]["edges"][0]["populations"]["A__A__chemical"].update(type="neuromodulatory"))


@fault("edges 'A__A__chemical' are of an unknown type 'chemcal'", "did you mean 'chemical'")
def type_unknown(folder):
    json_of(folder / "circuit.json", lambda content: content["networks"]["edges"][0]["populations"]["A__A__chemical"].update(type="chemcal"))


changed("edges become synapses 'ProbAMPANMDA_EMS', of which there is no mechanism", "mechanism_dirs", mechanism_dirs=[])
changed("'neuromodulation_dtc' is for edges of type 'neuromodulatory'", connection_overrides=[{"source": "A", "target": "A", "neuromodulation_dtc": 3}])
changed("how edges become synapses 'GluSynaps' is written in hoc", "did you mean 'GluSynapse'", connection_overrides=[{"source": "A", "target": "A", "modoverride": "GluSynaps"}])
changed("ProbAMPANMDA_EMS has no parameter 'Used'", "did you mean 'Use'", connection_overrides=[{"source": "A", "target": "A", "synapse_configure": "%s.Used = 1"}])
changed("'print(1)' is no assignment", "nothing else of hoc or Python is executed", connection_overrides=[{"source": "A", "target": "A", "synapse_configure": "print(1)"}])
changed("'Use' is given no value", connection_overrides=[{"source": "A", "target": "A", "synapse_configure": "%s.Use = "}])
changed("connection_overrides[0] has no key 'wieght'", "did you mean 'weight'", connection_overrides=[{"source": "A", "target": "A", "wieght": 1}])
changed("no cell and no node set is called 'B'", connection_overrides=[{"source": "A", "target": "B"}])
changed("modifications[0].type is 'tx'", conditions={"modifications": [{"name": "a", "type": "tx", "node_set": "A"}]})
changed("TTX needs the mechanism TTXDynamicsSwitch", mechanism_dirs=[], conditions={"modifications": [{"name": "a", "type": "ttx", "node_set": "A"}]})
changed("'apic.g_pas' is no quantity of configure_all_sections", "expected %s.g_pas",
        conditions={"modifications": [{"name": "a", "type": "configure_all_sections", "node_set": "A", "section_configure": "apic.g_pas = 1"}]})
changed("expected one of all, somatic, axonal, basal or apical",
        conditions={"modifications": [{"name": "a", "type": "section_list", "node_set": "A", "section_configure": "apicall.g_pas = 1"}]})
changed("cell 0 of 'A' has no section 7", reports={"v": {"type": "compartment_set", "compartment_set": "far", "variable_name": "v"}})
changed("has no set 'fw'", "did you mean 'few'", reports={"v": {"type": "compartment_set", "compartment_set": "fw", "variable_name": "v"}})
changed("expected [node id, section id, place on the section from 0 to 1]", reports={"v": {"type": "compartment_set", "compartment_set": "odd", "variable_name": "v"}})
changed("the model has no synapses 'ProbAMPANMDA_EM'", "did you mean 'ProbAMPANMDA_EMS'", reports={"v": {"type": "synapse", "cells": "A", "variable_name": "ProbAMPANMDA_EM.g"}})
changed("the model has no variable 'vv'", reports={"v": {"type": "summation", "cells": "A", "variable_name": "i_membrane, vv"}})
changed("files of weights for potentials outside of cells are not read", run={"tstop": 5, "dt": 0.05, "electrodes_file": "e.h5"})
changed("'compartment_set' and 'node_set' both say where", inputs={"a": {"module": "linear", "input_type": "current_clamp", "amp_start": 1, "duration": 1, "compartment_set": "few", "node_set": "A"}})
changed("inputs.a has no key 'field'", "did you mean 'fields'", inputs={"a": {"module": "spatially_uniform_e_field", "input_type": "extracellular_stimulation", "duration": 1, "field": []}})
changed("at most two after 'voltage'", inputs={"a": {"module": "seclamp", "input_type": "voltage_clamp", "node_set": "A", "duration": 9, "voltage": 0, "voltage_levels": [1, 2, 3],
                                                   "duration_levels": [1, 2, 3]}})
changed("'(' is no regular expression", reports={"v": {"cells": {"model_type": {"$regex": "("}}, "variable_name": "v"}})


if __name__ == "__main__":
    sys.exit(faults.tell(sys.argv[1], FAULTS))
