#!/usr/bin/python3
"""A SONATA circuit in Rall and in NEURON: every spike in the same step.

    same_spikes.py RALL BUILTIN_DIR BUILD_DIR CONFIG [--fit]

--fit: in NEURON cells whose template is NeuroML are taken from the fit parameters of the same model.
"""
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py

sys.path.insert(0, str(Path(__file__).parent.parent / "neuron"))


def spikes_of_rall(rall, config, *options):
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([rall, "run", config, "--output-dir", folder, "--no-html", *options], capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stdout + done.stderr)
        with h5py.File(Path(folder) / "spikes.h5") as file:
            return {name: sorted(zip(group["timestamps"][:], map(int, group["node_ids"][:]))) for name, group in file["spikes"].items()}


def with_fit(config, folder):
    """A copy of a circuit with "nml:.../Cell_N.cell.nml" replaced by N_fit.json."""
    shutil.copytree(config.parent, folder / config.parent.name, copy_function=shutil.copy)
    (folder / "shared_components").symlink_to((config.parent.parent / "shared_components").resolve())
    for path in (folder / config.parent.name / "network").glob("*_node_types.csv"):
        path.chmod(0o644)
        lines = [line.split() for line in path.read_text().splitlines()]
        if "model_template" not in lines[0] or "nml:" not in path.read_text():
            continue
        template = lines[0].index("model_template")
        if "dynamics_params" not in lines[0]:
            lines = [line + ["dynamics_params" if k == 0 else "NULL"] for k, line in enumerate(lines)]
        parameters = lines[0].index("dynamics_params")
        for line in lines[1:]:
            number = line[template].split("Cell_")[1].split(".")[0]
            line[template], line[parameters] = "ctdb:Biophys1.hoc", f"{number}_fit.json"
        path.write_text("".join(" ".join(line) + "\n" for line in lines))
    circuit = folder / config.parent.name / "circuit_config.json"
    circuit.chmod(0o644)
    text = circuit.read_text()
    for folder_of_nml in ("biophysical_neuron_templates/nml", "biophysical_neuron_templates"):
        if f'{folder_of_nml}"' in text:
            circuit.write_text(text.replace(f'{folder_of_nml}"', 'biophysical_neuron_templates/json"'))
            break
    return folder / config.parent.name / config.name


def compare(rall, config, dt, at_least, in_neuron=None, trains=None):
    import neuron_circuit

    ours, theirs = spikes_of_rall(rall, config), neuron_circuit.run(in_neuron or config, trains)
    failed = False
    for name, spikes in theirs.items():
        mine = sorted((round(time / dt), node) for time, node in ours.get(name, []))
        expected = sorted((round(time / dt), node) for time, node in spikes)
        only_mine, only_theirs = sorted(set(mine) - set(expected)), sorted(set(expected) - set(mine))
        print(f"{name}: {len(mine)} spikes, {len(expected)} in NEURON; {len(only_mine)} and {len(only_theirs)} in other steps")
        for what, others in (("Rall", only_mine), ("NEURON", only_theirs)):
            if others:
                print(f"  only in {what}: {', '.join(f'{step * dt:g} ms, node {node}' for step, node in others[:5])}")
        failed |= mine != expected or len(mine) < at_least
    return failed


def main(rall, mods, build, config, *options):
    from nrnmod import load

    config = Path(config).resolve()
    load([Path(mods) / f"{name}.mod" for name in "CaDynamics Ca_HVA Ca_LVA Ih Im Im_v2 K_P K_T Kd Kv2like Kv3_1 NaTa NaTs NaV Nap SK".split()], build)
    with tempfile.TemporaryDirectory() as folder:
        in_neuron = with_fit(config, Path(folder)) if "--fit" in options else config
        sys.exit(compare(rall, config, 0.1, 20, in_neuron))


if __name__ == "__main__":
    main(*sys.argv[1:])
