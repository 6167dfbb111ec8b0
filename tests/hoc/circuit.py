#!/usr/bin/python3
"""A SONATA circuit in the Blue Brain form whose cells are templates in hoc, in Rall and in NEURON, which loads the same files: shapes scaled by an
attribute of the nodes, morphologies found among the alternate ones, synapses on sections by the numbers that the templates give them, which reports have too.

    circuit.py RALL

Potentials agree within 1e-6 mV until the first spike, spikes to the step; an edge onto a section that a template has removed makes no synapse.
"""
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py
import numpy
from neuron import h

here = Path(__file__).resolve().parent
sys.path.insert(0, str(here.parent / "sonata"))
from minimal import VIRTUAL, Circuit  # noqa: E402

h.load_file("stdrun.hoc")
SCALERS = [0.8, 1.4]
#         node, section, x, weight
SYNAPSES = [(0, 6, 0.3, 0.01), (0, 12, 0.7, 0.02), (1, 1, 0.5, 0.01), (1, 9, 0.9, 0.02), (1, 2, 0.1, 0.015), (0, 3, 0.5, 0.01), (1, 4, 0.5, 0.3), (2, 7, 0.4, 0.02)]
TIMES, TSTOP, DT = [5.0, 12.0, 13.0, 30.0, 31.0, 32.0], 60, 0.025


def circuit(folder):
    made = Circuit(folder)
    made.config["components"] = {}
    made.nodes("cells", [{"node_type_id": 1, "model_type": "biophysical", "morphology": "cell"}], [1, 1, 1],
               groups={0: {"model_template": ["hoc:scaled", "hoc:scaled", "hoc:myelinated"], "dynamics_params": {"AIS_scaler": [*SCALERS, 5.0]},
                           "orientation_w": [1.0] * 3}},
               entry={"populations": {"cells": {"type": "biophysical", "biophysical_neuron_models_dir": str(here),
                                                "alternate_morphologies": {"neurolucida-asc": str(here), "h5v1": "nowhere"}}}})
    made.nodes("source", VIRTUAL, [7])
    made.edges("source", "cells", [{"edge_type_id": 3, "model_template": "ExpSyn", "dynamics_params": made.parameters("syn.json", tau=2.0, e=0.0), "delay": 1.0}],
               [(0, node) for node, *_ in SYNAPSES],
               groups={0: {"afferent_section_id": numpy.array([s for _, s, _, _ in SYNAPSES], "u4"), "afferent_section_pos": [x for _, _, x, _ in SYNAPSES],
                           "syn_weight": [w for *_, w in SYNAPSES]}})
    made.config["components"] = {"synaptic_models_dir": "$PARTS"}
    made.spikes("source", {0: TIMES})
    made.simulation["run"] = {"tstop": TSTOP, "dt": DT, "spike_threshold": -15}
    made.simulation["reports"] = {"soma": {"cells": "cells", "sections": "soma", "variable_name": "v"},
                                  "all": {"cells": "cells", "sections": "all", "variable_name": "v", "dt": TSTOP / 2}}
    return made.write()


def in_neuron():
    os.chdir(here)
    h.load_file("scaled.hoc"), h.load_file("myelinated.hoc")
    cells = [h.scaled(0, str(here), "cell.asc", SCALERS[0]), h.scaled(1, str(here), "cell.asc", SCALERS[1]), h.myelinated(2, str(here), "cell.asc")]
    numbers = [{sec.name().split(".")[-1]: int(sec(0.0001).v) for sec in cell.all} for cell in cells]
    h.usetable_hh = 0
    kept, removed = [], 0
    for node, number, x, weight in SYNAPSES:
        sections = [sec for sec in cells[node].all if sec(0.0001).v == number]
        if not sections:
            removed += 1
            continue
        synapse = h.ExpSyn(sections[0](x))
        synapse.tau, synapse.e = 2, 0
        for time in TIMES:
            stim = h.NetStim()
            stim.start, stim.number = time, 1
            con = h.NetCon(stim, synapse, 0, 1, weight)
            kept += [stim, con]
        kept.append(synapse)
    # As neurodamus: spikes are detected at the 1-end of the soma.
    trains = []
    for cell in cells:
        trains.append(h.Vector())
        con = h.NetCon(cell.soma[0](1)._ref_v, None, sec=cell.soma[0])
        con.threshold = -15
        con.record(trains[-1])
        kept.append(con)
    traces = [h.Vector().record(cell.soma[0](0.5)._ref_v) for cell in cells]
    h.celsius, h.dt, h.steps_per_ms = 6.3, DT, 1 / DT
    h.finitialize(-65)
    h.continuerun(TSTOP)
    return numpy.array(traces).T[: round(TSTOP / DT)], removed, numbers, [[round(time / DT) for time in train] for train in trains]


def main(rall):
    wrong = []
    with tempfile.TemporaryDirectory() as name:
        config = circuit(name)
        done = subprocess.run([Path(rall).resolve(), "run", config, "--output-dir", Path(name) / "out", "--double-reports", "--no-html"], capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stdout + done.stderr)
        with h5py.File(Path(name) / "out/soma.h5") as file:
            ours = file["report/cells/data"][:]
        with h5py.File(Path(name) / "out/all.h5") as file:
            mapping = file["report/cells/mapping"]
            ids, ends = mapping["element_ids"][:], mapping["index_pointers"][:]
            named = [text.decode().split()[-1].split("(")[0] for text in mapping["column_names"][:]]
        parts = json.loads((Path(name) / "circuit.json").read_text())
        parts["networks"]["nodes"][0]["populations"]["cells"]["alternate_morphologies"] = {"h5v1": str(here)}
        (Path(name) / "circuit.json").write_text(json.dumps(parts))
        refused = subprocess.run([Path(rall).resolve(), "run", config, "--output-dir", Path(name) / "other"], capture_output=True, text=True)
        if refused.returncode != 1 or "morphologies of the form h5v1 are not read" not in refused.stdout + refused.stderr:
            wrong.append("nothing is said of morphologies of the form h5v1: " + refused.stdout + refused.stderr)
        with h5py.File(Path(name) / "out/spikes.h5") as file:
            spiked = list(zip(file["spikes/cells/node_ids"][:], file["spikes/cells/timestamps"][:]))
    theirs, removed, numbers, trains = in_neuron()
    for k, train in enumerate(trains):
        if [round(time / DT) for node, time in spiked if node == k] != train:
            wrong.append(f"cell {k}: spikes in steps {[round(time / DT) for node, time in spiked if node == k]}, in NEURON {train}")
    if sum(map(len, trains)) == 0:
        wrong.append("no spikes")
    for k, begin in enumerate(ends[:-1]):
        found = dict(zip(named[begin:ends[k + 1]], map(int, ids[begin:ends[k + 1]])))
        if found != numbers[k]:
            wrong.append(f"cell {k}: reports number its sections {found}; the template {numbers[k]}")
    if removed == 0 or "section 4 of cells[1] is not there, as its template has removed it" not in done.stdout + done.stderr:
        wrong.append("nothing is said of the edge onto a removed section")
    if ours.shape != theirs.shape:
        sys.exit(f"shapes {ours.shape} and {theirs.shape}")
    for k in range(3):
        spikes = [numpy.flatnonzero((v[:-1] < -20) & (v[1:] >= -20)) for v in (theirs[:, k], ours[:, k])]
        until = spikes[0][0] - 40 if len(spikes[0]) else len(theirs)
        apart = numpy.abs(theirs - ours)[:until, k].max()
        print(f"cell {k}: {apart:.2g} mV apart before the first of {len(spikes[0])} spikes, {numpy.abs(theirs - ours)[:, k].max():.2g} mV in all")
        if apart > 1e-6 or not numpy.array_equal(*spikes):
            wrong.append(f"cell {k}: {apart:.2g} mV apart, spikes {spikes[1]}, in NEURON {spikes[0]}")
        if numpy.ptp(theirs[:, k]) < 5:
            wrong.append(f"cell {k} does nothing")
    print("\n".join(wrong))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
