"""The models that are timed, as Rall configs (docs/config.md); the NEURON side reads the same configs."""
import json
import random
import re
from pathlib import Path

CASES = Path(__file__).resolve().parent.parent / "tests" / "neuron" / "cases"


def branched(sections, nseg, seed, length=100.0):
    """A soma and a random binary tree of dendrites, `nseg` compartments each."""
    draw = random.Random(seed)
    tree = [{"name": "soma", "L": 20, "diam": 20, "nseg": 1}]
    free = ["soma", "soma"]  # ends that take another branch
    for k in range(sections):
        parent = free.pop(draw.randrange(len(free)))
        name = f"dend[{k}]"
        tree.append({"name": name, "L": length, "diam": round(draw.uniform(0.8, 2.5), 2), "nseg": nseg, "parent": parent})
        free += [name, name]
    return tree


def run(tstop, celsius=6.3, v_init=-65):
    return {"run": {"tstop": tstop, "dt": 0.025}, "conditions": {"celsius": celsius, "v_init": v_init},
            "output": {"output_dir": "out"}, "reports": {}}  # without the word there would be one of the somata


def hh_everywhere(cells=64, tstop=10):
    """(a, W2) 64 branched cells of 1000 compartments, Hodgkin-Huxley in all of them"""
    return {"cells": {"cell": {"count": cells, "stylized": branched(37, 27, 1),
                               "biophysics": {"regions": {"all": {"cm": 1, "Ra": 100, "mechanisms": {"hh": {}}}}}}},
            "inputs": {"step": {"module": "linear", "input_type": "current_clamp", "amp_start": 2, "delay": 1, "duration": 1e9,
                                "node_set": "cell", "location": "soma(0.5)"}}, **run(tstop)}


def busy_tree(seed, levels=5):
    """A soma and a random tree of dendrites, of the shape of Arbor's busyring: towards the tips branches are rarer, shorter and of fewer compartments."""
    draw = random.Random(seed)
    tree, ends = [{"name": "soma", "L": 12.6157, "diam": 12.6157, "nseg": 1}], ["soma"]
    for level in range(levels):
        far = level / (levels - 1)
        length, nseg, probability = 200 - 180 * far, round(20 - 18 * far), 1 - 0.5 * far
        ends = [parent for parent in ends for _ in range(2) if draw.random() < probability]
        for k, parent in enumerate(ends):
            ends[k] = f"dend[{len(tree) - 1}]"
            tree.append({"name": ends[k], "L": length, "diam": 1, "nseg": nseg, "parent": parent, "parent_x": 1})
    return tree


def ring(cells=256, tstop=100, shapes=None):
    """(b, W1) 256 cells of random shapes in a ring of ExpSyn, every fifth of which is started; Hodgkin-Huxley in the soma, passive dendrites

    With `shapes` only so many differ: cells of one shape follow one another in the ring."""
    biophysics = {"regions": {"all": {"cm": 1, "Ra": 100}, "soma": {"mechanisms": {"hh": {}}}, "dend": {"mechanisms": {"pas": {"g": 0.001, "e": -65}}}}}
    names = [f"cell_{k}" for k in range(shapes or cells)]
    count = {"count": cells // shapes} if shapes else {}
    return {"cells": {name: {"stylized": busy_tree(k), "biophysics": biophysics, "spike_threshold": 10} | count for k, name in enumerate(names)},
            "synapses": {"syn": {"mechanism": "ExpSyn", "location": "soma(0.5)", "parameters": {"tau": 2}}},
            "generators": {"start": {"times": [1.0]}},
            "connections": [{"source": names, "target": "syn", "rule": "one_to_one", "shift": 1, "weight": 0.05, "delay": 5}]
            + [{"source": "start", "target": f"syn[{k}]", "weight": 0.05, "delay": 5} for k in range(0, cells, 5)], **run(tstop)}


def markov(cells=64, tstop=5):
    """(f, W5) 64 branched cells of 1000 compartments, a sodium channel of 13 states (a KINETIC block) and a leak in all of them"""
    painted = {"resurgent": {"gbar": 0.03}, "pas": {"g": 1e-4, "e": -70}}
    return {"cells": {"cell": {"count": cells, "stylized": branched(37, 27, 1),
                               "biophysics": {"regions": {"all": {"cm": 1, "Ra": 100, "mechanisms": painted}}, "ions": {"na": {"e": 55}},
                                              "mechanism_dirs": [str(CASES.parents[1] / "gating" / "mod")]}}},
            "inputs": {"step": {"module": "linear", "input_type": "current_clamp", "amp_start": 2, "delay": 1, "duration": 1e9,
                                "node_set": "cell", "location": "soma(0.5)"}}, **run(tstop, 22, -70)}


def real_cell(count):
    """(c) a reconstructed pyramidal cell with 16 mechanisms, all of which Arbor has too: that of tests/neuron without `cat`."""
    def config(tstop=400 if count == 1 else 100):  # ms: long enough for a steady time
        text = (CASES / "real_mouse.json").read_text()
        case = json.loads(re.sub(r"//[^\n]*", "", text))
        del case["cells"]["cell"]["biophysics"]["regions"]["apic"]["mechanisms"]["cat"]
        case["cells"]["cell"]["count"] = count
        case["cells"]["cell"]["morphology"] = str((CASES / case["cells"]["cell"]["morphology"]).resolve())
        case["run"]["tstop"] = tstop
        case["reports"] = {}
        return case
    config.__doc__ = f"(c, W3) {count} reconstructed pyramidal cell{'s' if count > 1 else ''} with 16 mechanisms"
    return config


def hay(folder, count):
    """The layer 5 pyramidal cell of Hay et al. (2011), ModelDB 139653: cell1.asc with the parameters of L5PCbiophys3, somatic current of 0.793 nA.
    (Of its distributions the values are those at compartments' centres, where the hoc assigns the last of a section what holds at its end.)"""
    longest = 1294  # um, from the soma to the farthest apical tip
    ca = {"CaDynamics_E2": {"decay": 122, "gamma": 0.000509}, "SK_E2": {"gSK_E2bar": 0.0012}}
    hot = "abs(distance - 785) < 100 ? {} : {}"
    regions = {
        "all": {"cm": 1, "Ra": 100, "mechanisms": {"pas": {"e": -90}}},
        "soma": {"mechanisms": {
            "pas": {"g": 0.0000338}, "Ca_LVAst": {"gCa_LVAstbar": 0.00343}, "Ca_HVA": {"gCa_HVAbar": 0.000992}, "SKv3_1": {"gSKv3_1bar": 0.693},
            "SK_E2": {"gSK_E2bar": 0.0441}, "K_Tst": {"gK_Tstbar": 0.0812}, "K_Pst": {"gK_Pstbar": 0.00223}, "Nap_Et2": {"gNap_Et2bar": 0.00172},
            "NaTa_t": {"gNaTa_tbar": 2.04}, "CaDynamics_E2": {"decay": 460, "gamma": 0.000501}, "Ih": {"gIhbar": 0.0002}}},
        "apic": {"cm": 2, "mechanisms": ca | {
            "pas": {"g": 0.0000589}, "Ih": {"gIhbar": f"0.0002 * (-0.8696 + 2.087 * exp(3.6161 * distance / {longest}))"},
            "Ca_LVAst": {"gCa_LVAstbar": hot.format(0.0187, 0.000187)}, "Ca_HVA": {"gCa_HVAbar": hot.format(0.000555, 0.0000555)},
            "SKv3_1": {"gSKv3_1bar": 0.000261}, "NaTa_t": {"gNaTa_tbar": 0.0213}, "Im": {"gImbar": 0.0000675}}},
        "dend": {"cm": 2, "mechanisms": {"pas": {"g": 0.0000467}, "Ih": {"gIhbar": 0.0002}}},
        "axon": {"mechanisms": {"pas": {"g": 0.0000325}}}}
    biophysics = {"dL": 20, "regions": regions, "ions": {"na": {"e": 50}, "k": {"e": -85}}}
    axon = [{"L": 30, "diam": 1}, {"L": 30, "diam": 1}]

    def config(tstop=400 if count == 1 else 100):
        return {"mechanism_dirs": [str(folder / "mod")],
                "cells": {"cell": {"count": count, "morphology": str(folder / "morphologies" / "cell1.asc"), "replace_axon": axon,
                                   "biophysics": biophysics, "spike_threshold": 10}},
                "inputs": {"step": {"module": "linear", "input_type": "current_clamp", "amp_start": 0.793, "delay": 5, "duration": 1e9,
                                    "node_set": "cell", "location": "soma(0.5)"}}, **run(tstop, 34, -80)}
    config.__doc__ = f"(c, W3) {count} layer 5 pyramidal cell{'s' if count > 1 else ''} of Hay et al. (2011) with 11 mechanisms"
    return config


def sparse(tstop=1000, method="cvode"):
    """(d) the reconstructed pyramidal cell of (c) with variable steps, fired by short pulses four times a second"""
    case = real_cell(1)(tstop)
    case["inputs"] = {f"pulse_{at}": {"module": "linear", "input_type": "current_clamp", "amp_start": 3, "delay": at, "duration": 3,
                                      "node_set": "cell", "location": "soma(0.5)"} for at in range(100, tstop, 250)}
    case["run"]["integration_method"] = method
    return case


def silent(tstop=1000, method="cvode"):
    """(e, W8) the same cell at rest, variable steps against our own fixed ones of 0.025 ms"""
    case = sparse(tstop, method)
    del case["inputs"]
    return case


def network(cells=1000, heard=100, tstop=200, dendrites=11, nseg=18, synapses=100, weight=2e-4):
    """(g, W4) cells of 20 shapes of 199 compartments (Hodgkin-Huxley in the soma, passive dendrites), each with 100 ExpSyn at random places of its dendrites
    and `heard` connections from random cells with delays of 1 to 10 ms; a Poisson train for each cell makes it fire near 10 Hz"""
    draw, n_shapes = random.Random(9), min(20, cells)
    painted = {"soma": {"mechanisms": {"hh": {}}}} | ({"dend": {"mechanisms": {"pas": {"g": 1e-4, "e": -65}}}} if dendrites else {})
    config = {"cells": {}, "synapses": {"drive": {"mechanism": "ExpSyn", "location": "soma(0.5)", "parameters": {"tau": 1}}}, "generators": {},
              "connections": [], **run(tstop)}

    def place():
        return f"dend[{draw.randrange(dendrites)}]({(draw.randrange(nseg) + 0.5) / nseg:.6f})" if dendrites else "soma(0.5)"

    for shape in range(n_shapes):
        config["cells"][f"cell_{shape}"] = {"count": cells // n_shapes, "stylized": branched(dendrites, nseg, shape), "spike_threshold": -10,
                                            "biophysics": {"regions": {"all": {"cm": 1, "Ra": 100}} | painted}}
        config["synapses"][f"syn_{shape}"] = {"mechanism": "ExpSyn", "cells": f"cell_{shape}", "location": [place() for _ in range(synapses)],
                                              "parameters": {"tau": 2}}
    for cell in range(cells // n_shapes * n_shapes):
        times, now = [], draw.expovariate(0.01)
        while now < tstop:
            times.append(round(now, 3))
            now += draw.expovariate(0.01)
        config["generators"][f"train_{cell}"] = {"times": times}
        config["connections"].append({"source": f"train_{cell}", "target": f"drive[{cell}]", "weight": 0.1, "delay": 1})
    for shape in range(n_shapes):
        instances = [k % (cells // n_shapes * synapses) for k in range(cells // n_shapes * heard)]  # each as often
        config["connections"].append({"source": list(config["cells"]), "target": f"syn_{shape}", "weight": weight,
                                      "delay": [round(draw.uniform(1, 10), 3) for _ in instances],
                                      "pairs": {"source": [draw.randrange(cells // n_shapes * n_shapes) for _ in instances], "target": instances}})
    return config


ALL = {"hh_everywhere": hh_everywhere, "ring": ring, "markov": markov, "real_cell": real_cell(1), "real_cells": real_cell(16), "sparse": sparse}


def apart(cells=200, tstop=50):
    """200 cells of 199 compartments, Hodgkin-Huxley in all of them, one of which is driven"""
    return {"mechanism_dirs": [str(CASES.parent / "mods")],
            "cells": {"cell": {"count": cells, "stylized": branched(22, 9, 1),
                               "biophysics": {"regions": {"all": {"cm": 1, "Ra": 100, "mechanisms": {"hh": {}}}}}}},
            "inputs": {"step": {"module": "linear", "input_type": "current_clamp", "amp_start": 0.5, "delay": 1, "duration": 1e9,
                                "node_set": "cell[0]", "location": "soma(0.5)"}}, **run(tstop)}


def gap_junctions(cells=200, tstop=50):
    """... each with gap junctions to two others"""
    place = {"cells": "cell", "location": "dend[3](0.5)"}
    return apart(cells, tstop) | {"synapses": {
        f"to_{side}": place | {"mechanism": "HalfGap", "parameters": {"g": 1e-3},
                               "pointers": {"vgap": place | {"variable_name": "v", "shift": shift}}}
        for side, shift in (("right", 1), ("left", cells - 1))}}


def graded_synapses(cells=200, tstop=50):
    """... each with a graded synapse from another, whose state follows v of that cell"""
    return apart(cells, tstop) | {"synapses": {"graded": {
        "mechanism": "Graded", "cells": "cell", "location": "dend[5](0.5)",
        "pointers": {"vpre": {"cells": "cell", "location": "soma(0.5)", "variable_name": "v", "shift": 1}}}}}


COUPLED = [apart, gap_junctions, graded_synapses]
