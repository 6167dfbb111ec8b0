"""Small models that several tests run."""

import pathlib

import rall

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PYRAMIDAL = SOURCE / "examples" / "pyramidal" / "pyramidal.json"


def ball_and_stick(**run):
    """A soma with hh and a passive dendrite with an excitatory synapse; a current of 0.2 nA from 5 ms on."""
    model = rall.Model()
    cell = model.add_cell(
        [{"name": "soma", "L": 20, "diam": 20}, {"name": "dend", "L": 200, "diam": 2, "nseg": 5}],
        {"regions": {"all": {"cm": 1, "Ra": 100}, "soma": {"mechanisms": {"hh": {}}}, "dend": {"mechanisms": {"pas": {"g": 1e-4, "e": -65}}}}},
        name="cell")
    syn = model.synapse(cell.dend(0.5), "ExpSyn", name="syn", tau=2, e=0)
    step = model.stimulus(cell.soma(0.5), name="step", amp_start=0.2, delay=5, duration=1e6)
    model.record(cell.soma(0.5), "v", name="v", dt=0.1)
    model.run_options(**{"tstop": 50, "dt": 0.025, **run})
    model.conditions(celsius=6.3, v_init=-65)
    return model, cell, syn, step
