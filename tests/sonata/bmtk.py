#!/usr/bin/python3
"""What BMTK's configs have beyond SONATA: circuit and simulation in one file, sets inside of it, nodes by number, clamps from lists, CSV and NWB files, spikes in
every form, replays, spontaneous activity, netcon_report, cells of .mod files, stubs of all-active models.

    bmtk.py RALL BUILTIN_DIR BUILD_DIR
"""
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py
import numpy

import minimal
import same_spikes

MOD = Path(__file__).parent / "mod"


def run(rall, config, *options):
    """Results by file, and what was said."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([rall, "run", config, "--output-dir", folder, "--no-html", "--double-reports", "--verbose", *options], capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stdout + done.stderr)
        found = {}
        for path in Path(folder).glob("*.h5"):
            with h5py.File(path) as file:
                file.visititems(lambda name, item: found.update({f"{path.name}/{name}": item[:]}) if isinstance(item, h5py.Dataset) and item.shape else None)
        return found, done.stdout + done.stderr


def same(one, other, of=None):
    names = [name for name in one if of is None or name.startswith(of)]
    assert names and all(name in other for name in names), (sorted(one), sorted(other))
    for name in names:
        assert numpy.array_equal(one[name], other[name]), (name, one[name], other[name])


def changed(config, **changes):
    simulation = json.loads(config.read_text())
    for key, value in changes.items():
        simulation.pop(key) if value is None else simulation.update({key: value})
    path = config.with_name("changed.json")
    path.write_text(json.dumps(simulation))
    return path


V = {"v": {"cells": "balls", "variable_name": "v"}}


def test_one_file(rall, folder):
    """Circuit and simulation in one file, with ${configdir} and sets inside; what is off does not count; components of both files."""
    config = minimal.clamped(folder / "one")
    first, _ = run(rall, changed(config, reports=V))
    assert first["spikes.h5/spikes/balls/timestamps"].size > 10
    circuit, simulation = json.loads((config.parent / "circuit.json").read_text()), json.loads(config.read_text())
    clamp = next(iter(simulation["inputs"].values()))
    off = clamp | {"enabled": False, "amp": 5}
    one = dict(manifest={"$HERE": "${configdir}", "$PARTS": "$HERE/components", "$OUT": "${workingdir}/nowhere"}, components=circuit["components"],
               networks={"nodes": [entry | {"name": "balls"} for entry in circuit["networks"]["nodes"]],
                         "edges": circuit["networks"]["edges"] + [{"edges_file": "$HERE/absent.h5", "edge_types_file": "$HERE/absent.csv", "enabled": False}]},
               node_sets={"mine": {"population": "balls", "model_type": "single_compartment"}},
               inputs={"clamp": clamp | {"node_set": "mine", "enabled": True}, "off": off},
               output={"output_dir": "$OUT", "log_file": "$OUT/log.txt", "spikes_file": "$OUT/spikes.h5", "spikes_file_csv": "$OUT/spikes.csv", "log_level": "DEBUG"},
               reports={"v": {"cells": "mine", "variable_name": ["v"], "file_name": "$OUT/v.h5", "module": "membrane_report", "sections": "soma"}})
    second, said = run(rall, changed(config, network=None, **one))
    same(first, second)
    assert "spikes_file_csv has no effect" in said
    # Directories that only the simulation config names serve as well.
    circuit["components"] = {}
    (config.parent / "circuit.json").write_text(json.dumps(circuit))
    third, _ = run(rall, changed(config, reports=V, components={"synaptic_models_dir": "."}))
    same(first, third)


def test_numbers(rall, folder):
    """Nodes counted through all populations, as BMTK's gids are."""
    circuit = minimal.Circuit(folder / "numbers")
    minimal.balls(circuit, "first", 2)
    circuit.nodes("gap", [minimal.BALL], [1, 1], ids=[1, 4], groups={0: {"dynamics_params": {"D": [20.0, 20.0]}}})
    minimal.balls(circuit, "last", 2)
    circuit.simulation["node_sets"] = {"some": [1, 3, 8]}
    circuit.simulation["reports"] = {"r": {"cells": "some", "variable_name": "v"}, "s": {"cells": [6], "variable_name": "v"}}
    found, _ = run(rall, circuit.write())
    for file, population, nodes in (("r", "first", [1]), ("r", "gap", [1]), ("r", "last", [1]), ("s", "gap", [4])):
        assert list(found[f"{file}.h5/report/{population}/mapping/node_ids"]) == nodes, file


def test_clamps(rall, folder):
    """One after the other, as a list, and as tables: the same potentials."""
    config = minimal.clamped(folder / "clamps")
    steps = [(10.0, 40.0, 0.08), (60.0, 30.0, 0.12), (110.0, 20.0, 0.05)]
    base = {"input_type": "current_clamp", "module": "IClamp", "node_set": "balls"}
    first, _ = run(rall, changed(config, reports=V, inputs={f"s{k}": base | {"delay": begin, "duration": length, "amp": amp} for k, (begin, length, amp) in enumerate(steps)}))
    columns = [list(column) for column in zip(*steps)]
    clamp = base | {"delay": columns[0], "duration": columns[1], "amp": columns[2], "section_name": "soma", "section_index": 0, "section_dist": 0.5}
    same(first, run(rall, changed(config, reports=V, inputs={"clamp": clamp}))[0])
    rows = sorted([(begin, amp) for begin, _, amp in steps] + [(begin + length, 0.0) for begin, length, _ in steps])
    (config.parent / "steps.csv").write_text("timestamps amps\n" + "".join(f"{time} {amp}\n" for time, amp in rows))
    (config.parent / "commas.csv").write_text("i,t\n" + "".join(f"{amp},{time}\n" for time, amp in rows))
    same(first, run(rall, changed(config, reports=V, inputs={"clamp": base | {"input_type": "csv", "file": "steps.csv"}}))[0])
    same(first, run(rall, changed(config, reports=V, inputs={"clamp": base | {"input_type": "file", "file": "commas.csv", "separator": ",", "timestamps_column": "t",
                                                                              "amplitudes_column": "i"}}))[0])
    times = numpy.arange(4000) * 0.05
    amps = sum(numpy.where((times >= begin - 1e-9) & (times < begin + length - 1e-9), amp, 0) for begin, length, amp in steps)
    with h5py.File(config.parent / "ephys.nwb", "w") as file:
        sweep = file.create_group("stimulus/presentation/Sweep_7")
        sweep["data"] = amps * 1e-9
        sweep["starting_time"] = 0.0
        sweep["starting_time"].attrs["rate"] = numpy.float32(20000)
        file["epochs/Sweep_7/stimulus/timeseries"] = h5py.SoftLink("/stimulus/presentation/Sweep_7")
        long = file.create_group("epochs/Other/stimulus/timeseries")
        long["data"] = numpy.concatenate([numpy.ones(1000), amps]) * 1e-9
        long["starting_time"] = 0.0
        long["starting_time"].attrs["rate"] = 20000.0
    nwb = base | {"input_type": "nwb", "file": "ephys.nwb"}
    for more in ({"sweep_id": 7}, {"sweep_id": "7", "downsample": 0.1}, {"sweep_id": "Other", "sweep_window": [50.0, 1e6], "input_type": "allen"}):
        close = run(rall, changed(config, reports=V, inputs={"clamp": nwb | more}))[0]
        worst = abs(first["v.h5/report/balls/data"] - close["v.h5/report/balls/data"]).max()
        assert worst < 1e-6, (more, worst)  # amps went through A
        same(first, close, "spikes.h5")


def test_spikes(rall, folder):
    """SONATA's present and older form, CSV and NWB; nodes that the population does not have are told and left out."""
    config = minimal.overrides(folder / "spikes")
    first, _ = run(rall, config)
    with h5py.File(config.parent / "virt_spikes.h5") as file:
        times, nodes = file["spikes/virt/timestamps"][:], file["spikes/virt/node_ids"][:]
    with h5py.File(config.parent / "old.h5", "w") as file:
        file["spikes/timestamps"], file["spikes/gids"] = times, nodes
    (config.parent / "s.csv").write_text("node_ids population timestamps\n" + "".join(f"{node} virt {time}\n9 other 3\n" for time, node in zip(times, nodes)))
    with h5py.File(config.parent / "s.nwb", "w") as file:
        for trial in ("trial_0", "trial_1"):
            for node in set(nodes):
                file[f"processing/{trial}/spike_train/{node}/data"] = times[nodes == node] + (trial == "trial_1")
        file["processing/trial_0/spike_train/17/data"] = [1.0]
    for module, name in (("sonata", "old.h5"), ("csv", "s.csv"), ("nwb", "s.nwb")):
        entry = {"input_type": "spikes", "module": module, "input_file": name, "node_set": "virt"} | ({"trial": "trial_0"} if module == "nwb" else {})
        found, said = run(rall, changed(config, inputs={"virt": entry}))
        same(first, found)
        assert ("the population 'virt' has no node 17" in said) == (module == "nwb")


def test_replay(rall, folder):
    """Edges between cells that carry the spikes of a file: as if virtual nodes had sent them."""
    both = {}
    for kind in ("virt", "replay"):
        circuit = minimal.Circuit(folder / kind)
        minimal.balls(circuit, "balls", 3)
        source = "balls" if kind == "replay" else "virt"
        types = [{"edge_type_id": 1, "model_template": "exp2syn", "delay": 1.3, "syn_weight": 0.02, "dynamics_params": circuit.parameters("s.json", tau1=1, tau2=3, erev=0)}]
        pairs = [(0, 1), (0, 2), (1, 2), (2, 0), (1, 0), (1, 1)]
        groups = {0: {"nsyns": [1, 2, 1, 1, 2, 1]}}
        types[0] |= {"target_sections": "['somatic']", "distance_range": "[0.0, 1e+20]"}
        circuit.nodes("virt", minimal.VIRTUAL, [7] * 3)
        circuit.edges(source, "balls", types, pairs if kind == "replay" else [pair for pair in pairs if pair[0] < 2 and pair[1] != 1], groups=groups if kind == "replay" else
                      {0: {"nsyns": [2, 1, 2]}})
        circuit.spikes("virt", minimal.trains(5, 3))
        circuit.simulation["reports"] = V
        if kind == "replay":
            circuit.config["networks"]["edges"].clear()
            with h5py.File(folder / kind / "virt_spikes.h5", "r+") as file:
                file.move("spikes/virt", "spikes/balls")
            circuit.simulation["inputs"] = {"again": {"input_type": "replay_spikes", "module": "replay", "spikes_file": "virt_spikes.h5", "node_set": "balls",
                                                      "source_node_set": {"population": "balls", "node_id": [0, 1]}, "target_node_set": ["balls[0]", "balls[2]"],
                                                      "edges": {"edges_file": "balls_to_balls_edges.h5", "edge_types_file": "balls_to_balls_edge_types.csv"}}}
        both[kind], said = run(rall, circuit.write())
    assert "node_set has no effect" in said
    same(both["virt"], both["replay"])
    assert both["virt"]["spikes.h5/spikes/balls/timestamps"].size > 5


def test_activity(rall, folder):
    """Synapses of some cells onto some cells are active at given times, all others between cells never."""
    found = {}
    for kind in ("virt", "activity"):
        circuit = minimal.Circuit(folder / kind)
        minimal.balls(circuit, "balls", 3)
        circuit.nodes("virt", minimal.VIRTUAL, [7])
        types = [{"edge_type_id": 1, "model_template": "expsyn", "delay": 2, "syn_weight": 0.004, "dynamics_params": circuit.parameters("s.json", tau1=2, tau2=9, erev=0)}]
        places = lambda n: {0: {"sec_id": [0] * n, "sec_x": [0.5] * n}}
        if kind == "virt":
            circuit.edges("virt", "balls", types, [(0, 0), (0, 0)], groups=places(2))
            circuit.spikes("virt", {0: [20.0, 70.0, 71.0]})
        else:
            circuit.edges("balls", "balls", types, [(0, 1), (1, 0), (2, 0), (0, 0), (1, 2)], groups=places(5))
            circuit.simulation["inputs"]["spont"] = {"input_type": "syn_activity", "module": "syn_activity", "precell_filter": {"node_id": [1, 2]}, "node_set": "balls",
                                                     "postcell_filter": {"population": "balls", "node_id": 0}, "timestamps": [70.0, 20.0, 71.0]}
        circuit.simulation["reports"] = V
        found[kind], said = run(rall, circuit.write())
        assert "tau2 has no effect" in said
    same(found["virt"], found["activity"], "v.h5")


def test_netcon_report(rall, folder):
    """A variable of the synapses of some cells, whatever edges made them."""
    config = minimal.overrides(folder / "netcon")
    reports = {"g": {"cells": ["balls[1]", "balls[0]"], "variable_name": "g", "module": "netcon_report", "syn_type": "Exp2Syn", "sections": "soma"},
               "same": {"synapses": "virt_to_balls", "variable_name": "g"}, "tau": {"cells": [0, 1], "variable_name": "tau1", "module": "netcon_report"}}
    found, _ = run(rall, changed(config, reports=reports))
    pointers = found["same.h5/report/balls/mapping/index_pointers"]
    assert list(found["g.h5/report/balls/mapping/node_ids"]) == [0, 1] and pointers[2] == 4
    assert numpy.array_equal(found["g.h5/report/balls/data"], found["same.h5/report/balls/data"][:, :4]) and numpy.ptp(found["g.h5/report/balls/data"]) > 0.005
    assert (found["tau.h5/report/balls/data"] == 1).all()


def test_artificial_report(rall, folder):
    """`m` of artificial cells, as NEURON has it: nodes in two populations, ids out of order, other nodes of the set passed over."""
    from neuron import h

    circuit = minimal.Circuit(folder / "artificial")
    circuit.parameters("lif.json", tau=0.02, refrac=0.003)
    types = [{"node_type_id": 1, "model_type": "point_process", "model_template": "nrn:IntFire1", "dynamics_params": "lif.json"}]
    circuit.nodes("a", types, [1] * 3, ids=[4, 0, 2])
    circuit.nodes("b", types, [1] * 2)
    circuit.nodes("virt", minimal.VIRTUAL, [7] * 2)
    drive = {"a": [(0, 4), (1, 0), (0, 2), (1, 2)], "b": [(1, 1), (0, 0)]}
    for name, pairs in drive.items():
        circuit.edges("virt", name, [{"edge_type_id": 1, "delay": 1.5, "syn_weight": 0.3}], pairs)
    trains = minimal.trains(11, 2, 40)
    circuit.spikes("virt", trains)
    circuit.simulation["reports"] = {"m": {"cells": {"model_type": "point_process"}, "variable_name": "m", "sections": "soma", "module": "membrane_report"},
                                     "some": {"cells": ["a[2]", "virt"], "variable_name": "m", "dt": 1.0}}
    found, _ = run(rall, circuit.write())
    assert list(found["m.h5/report/a/mapping/node_ids"]) == [0, 2, 4] and list(found["some.h5/report/a/mapping/node_ids"]) == [2]
    assert list(found["m.h5/report/b/mapping/index_pointers"]) == [0, 1, 2] and list(found["m.h5/report/a/mapping/element_ids"]) == [0] * 3
    h.load_file("stdrun.hoc")
    cells, kept, recorded, events = {}, [], {}, []
    clock = h.Section()  # without one NEURON records no artificial cell at every step
    for name, pairs in drive.items():
        for source, target in pairs:
            cell = cells.setdefault((name, target), h.IntFire1())
            cell.tau, cell.refrac = 20, 3
            connection = h.NetCon(None, cell)
            connection.weight[0] = 0.3
            kept.append(connection)
            events += [(connection, time + 1.5) for time in trains[source]]
    for key, cell in cells.items():
        recorded[key] = h.Vector().record(cell._ref_m, sec=clock)
    send = h.FInitializeHandler(lambda: [connection.event(time) for connection, time in events])
    h.dt, h.steps_per_ms, h.tstop = 0.1, 10, 200
    h.run()
    del send, clock
    for (name, node), values in recorded.items():
        ids = list(found[f"m.h5/report/{name}/mapping/node_ids"])
        mine = found[f"m.h5/report/{name}/data"][:, ids.index(node)]
        theirs = numpy.array(values)[:len(mine)]
        assert abs(mine - theirs).max() < 1e-12 and numpy.ptp(mine) > 0.3, (name, node, abs(mine - theirs).max())
    assert numpy.array_equal(found["some.h5/report/a/data"][:, 0], found["m.h5/report/a/data"][::10, 1])


def test_several_variables(rall, folder):
    """A report of several variables is a report of each."""
    config = minimal.clamped(folder / "several")
    both = {"cells": "balls", "variable_name": ["v", "hh.m"], "module": "membrane_report", "sections": "soma"}
    found, said = run(rall, changed(config, reports={"r": both, "s": both | {"file_name": "other.h5"}, "v": {"cells": "balls", "variable_name": "v"},
                                                     "m": {"cells": "balls", "variable_name": "hh.m"}}))
    assert "reports.r: 2 variables, of which each has a file of its own" in said
    for name in ("r", "other"):
        for variable, alone in (("v", "v"), ("hh.m", "m")):
            assert numpy.array_equal(found[f"{name}_{variable}.h5/report/balls/data"], found[f"{alone}.h5/report/balls/data"])
    assert "r.h5/report/balls/data" not in found


def stubs(folder, processing, morphology="Nr5a1_471087815_m", fit="473863035_fit.json", weight=0.01):
    """A cell whose axon gives way to a stub, driven by synapses on it and on the soma."""
    circuit = minimal.Circuit(folder)
    circuit.simulation["conditions"] = {"celsius": 34, "v_init": -80}
    circuit.parameters("exc.json", tau1=1.0, tau2=3.0, erev=0.0)
    circuit.nodes("cells", [{"node_type_id": 1, "model_type": "biophysical", "model_template": "ctdb:Biophys1.hoc", "morphology": morphology,
                             "dynamics_params": fit, "model_processing": processing}], [1])
    circuit.nodes("virt", minimal.VIRTUAL, [7] * 6)
    circuit.edges("virt", "cells", [{"edge_type_id": 1, "model_template": "exp2syn", "dynamics_params": "exc.json", "delay": 2.0, "syn_weight": weight,
                                     "target_sections": "['axon', 'soma']", "distance_range": "[0.0, 100.0]"}], [(k, 0) for k in range(6)], groups={0: {"nsyns": [2] * 6}})
    circuit.spikes("virt", minimal.trains(6, 6, 12))
    return circuit.write()


def test_directed(rall, folder):
    """Where a stub points does not change what the cell does, but the potential beside it."""
    reports = {"v": {"cells": "cells", "variable_name": "v"}, "ecp": {"module": "extracellular", "cells": "cells", "electrode_positions": "at.csv", "variable_name": "v"}}
    found = {}
    for processing in ("aibs_allactive", "aibs_allactive_directed", "aibs_perisomatic", "aibs_perisomatic_directed,extracellular"):
        config = stubs(folder / processing, processing)
        (config.parent / "at.csv").write_text("channel x_pos y_pos z_pos\n0 10 -50 20\n")
        found[processing] = run(rall, changed(config, reports=reports))[0]
    names = list(found)
    for straight, directed in (names[:2], names[2:]):
        a, b = found[straight], found[directed]
        assert abs(a["v.h5/report/cells/data"] - b["v.h5/report/cells/data"]).max() < 1e-6
        assert numpy.ptp(a["ecp.h5/report/electrodes/data"] - b["ecp.h5/report/electrodes/data"]) > 1e-6
    assert abs(found[names[0]]["v.h5/report/cells/data"] - found[names[2]]["v.h5/report/cells/data"]).max() > 0.1


def all_active(folder):
    """The stub of all-active models: diameters of the axon, at the end of the soma."""
    return stubs(folder, "aibs_allactive", "Pvalb_470522102_m", "472912177_fit.json", 0.03)


def own_cells(folder):
    """ARTIFICIAL_CELLs of .mod files in mechanisms_dir: a leaky integrator and Izhikevich's cell, which excite one another."""
    circuit = minimal.Circuit(folder)
    for mod in MOD.glob("*.mod"):
        shutil.copy(mod, Path(folder) / "components")
    circuit.config["components"]["mechanisms_dir"] = "$PARTS"
    circuit.parameters("lif.json", tau=15.0, refrac=2.0)
    circuit.nodes("points", [{"node_type_id": 1, "model_type": "point_process", "model_template": "nrn:LIF", "dynamics_params": "lif.json"},
                             {"node_type_id": 2, "model_type": "point_neuron", "model_template": "Izhi"}], [1, 2, 1, 2],
                  groups={0: {"dynamics_params": {}}})
    circuit.nodes("virt", minimal.VIRTUAL, [7] * 3)
    circuit.edges("virt", "points", [{"edge_type_id": 1, "delay": 1.25, "syn_weight": 0.45}], [(k, node) for k in range(3) for node in (0, 2)])
    circuit.edges("points", "points", [{"edge_type_id": 1, "delay": 2.25, "syn_weight": 6.0}, {"edge_type_id": 2, "delay": 1.75, "syn_weight": 0.6}],
                  [(0, 1), (2, 3), (1, 0), (3, 2), (1, 2)], type_ids=[1, 1, 2, 2, 2])
    circuit.spikes("virt", minimal.trains(8, 3, 60))
    return circuit.write()


def short_term(folder):
    """Synapses of a .mod file with short-term plasticity, two of them of one cell onto another, with parameters of the edges and of a file."""
    circuit = minimal.Circuit(folder)
    for mod in MOD.glob("*.mod"):
        shutil.copy(mod, Path(folder) / "components")
    circuit.config["components"]["mechanisms_dir"] = "$PARTS"
    circuit.parameters("stp.json", level_of_detail="model_2", erev=0.0, tau_1=3.0, tau_r0=200.0, tau_FDR=570.0, a_FDR=0.53, p0=0.4)
    minimal.balls(circuit)
    circuit.nodes("virt", minimal.VIRTUAL, [7] * 3)
    circuit.edges("virt", "balls", [{"edge_type_id": 1, "model_template": "stp2syn", "dynamics_params": "stp.json", "delay": 2.0, "syn_weight": 0.04}],
                  [(0, 0), (1, 1), (2, 2), (0, 1), (0, 1), (2, 0)],
                  groups={0: {"sec_id": [0] * 6, "sec_x": [0.5] * 6, "dynamics_params": {"p0": [0.4, 0.2, 0.8, 0.5, 0.3, 0.6], "tau_r0": [200.0, 50.0, 400.0, 20.0, 100.0, 60.0]}}})
    circuit.spikes("virt", minimal.trains(12, 3, 60))
    return circuit.write()


def main(rall, mods, build):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for test in (test_one_file, test_numbers, test_clamps, test_spikes, test_replay, test_activity, test_netcon_report, test_artificial_report, test_several_variables, test_directed):
            test(rall, folder / test.__name__)
            print(f"{test.__name__}: good")
        from nrnmod import load

        load([Path(mods) / f"{name}.mod" for name in "CaDynamics Ca_HVA Ca_LVA Ih Im Im_v2 K_P K_T Kd Kv2like Kv3_1 NaTa NaTs NaV Nap SK".split()] + sorted(MOD.glob("*.mod")), build)
        failed = False
        for make in (all_active, own_cells, short_term):
            print(f"{make.__name__}: {make.__doc__}")
            failed |= same_spikes.compare(rall, make(folder / make.__name__), 0.1, 10)
    sys.exit(failed)


if __name__ == "__main__":
    main(*sys.argv[1:])
