#!/usr/bin/python3
"""Values in another unit than the field's are told, with the unit they are likely in; good files are not: plausible.py RALL ROOT [FOLDER...]

Warned of is never in the examples of ROOT, nor in configs below the folders, as far as these lie here.
"""
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

CODES = {"implausible", "input-late", "input-no-effect"}


def config():
    soma = [{"name": "soma", "L": 20, "diam": 20}]
    biophysics = {"regions": {"all": {"cm": 1, "Ra": 100, "mechanisms": {"pas": {"g": 1e-4, "e": -70}, "hh": {"gnabar": 0.12}}}}, "ions": {"na": {"e": 50}}}
    return {"cells": {"cell": {"stylized": soma, "biophysics": biophysics}}, "run": {"tstop": 30, "dt": 0.025}, "conditions": {"celsius": 6.3, "v_init": -65},
            "inputs": {"step": {"module": "linear", "input_type": "current_clamp", "amp_start": 0.3, "delay": 2, "duration": 20}}, "reports": {}, "output": {"output_dir": "out"}}


def found_in(rall, file):
    """Of a circuit `rall inspect` looks at the files only: it is read as for a run."""
    is_circuit = '"cells": {' not in file.read_text()
    done = subprocess.run([rall, *(("run", "--dry-run") if is_circuit else ("inspect",)), "--json", file], capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, (file, done.stdout, done.stderr)
    return [one for one in json.loads(done.stdout)["diagnostics"] if one["code"] in CODES]


REGION = ("cells", "cell", "biophysics", "regions", "all")
SHAPE = ("cells", "cell", "stylized", 0)
STEP = ("inputs", "step")
CLAMP = {"module": "seclamp", "input_type": "voltage_clamp", "duration": 5, "voltage": -0.02}
WHEN = {"delay": 1, "duration": 5}


def current(module, **more):
    return {"module": module, "input_type": "current_clamp", **WHEN, **more}


def synapse(mechanism, **parameters):
    return {"syn": {"mechanism": mechanism, "location": "soma(0.5)", "parameters": parameters}}


WRONG = [  # where, what, code, what is said, what is advised
    # Currents, of every kind of stimulus.
    ((*STEP, "amp_start"), 300, "implausible", "the current is up to 300 nA", "in pA, write 0.3"),
    ((*STEP, "amp_end"), -150, "implausible", "the current is up to 150 nA", "in pA, write -0.15"),
    ((*STEP, "amp_start"), 3e-10, "implausible", "the current is at most 3e-10 nA", "in A, write 0.3"),
    ((*STEP, "amp_start"), [300], "implausible", "the current is up to 300 nA", "in pA, write 0.3"),
    (STEP, current("IClamp", amp=100), "implausible", "100 nA", "in pA, write 0.1"),
    (STEP, current("play", amps=[0, 80, 0], times=[0, 5, 10]), "implausible", "80 nA", "in pA, write 0.08"),
    (STEP, current("pulse", amp_start=400, width=1, frequency=100), "implausible", "400 nA", "in pA, write 0.4"),
    (STEP, current("sinusoidal", amp_start=50, frequency=100), "implausible", "50 nA", "in pA, write 0.05"),
    (STEP, current("sinusoidal", amp_start=0.1, frequency=100, offset=-70), "implausible", "70 nA", "in pA, write -0.07"),
    (STEP, current("noise", mean=100, sd=0.1), "implausible", "100 nA", "in pA, write 0.1"),
    (STEP, current("noise", mean=0, sd=25), "implausible", "25 nA", "in pA, write 0.025"),
    (STEP, current("noise", mean=0, variance=2500), "implausible", "50 nA", "in pA2, write 0.0025"),
    (STEP, current("ornstein_uhlenbeck", mean=30, sigma=40, tau=3), "implausible", "40 nA", "in pA, write 0.04"),
    (STEP, current("shot_noise", amp_mean=50, amp_var=1, rate=100, rise_time=0.4, decay_time=4), "implausible", "50 nA", "in pA, write 0.05"),
    (STEP, current("absolute_shot_noise", mean=50, sigma=60, rise_time=0.4, decay_time=4), "implausible", "nA", "in pA, write 0.05"),
    (STEP, {"module": "IClamp", "input_type": "csv", "file": "pA.csv"}, "implausible", "120 nA", "in pA, write 0.12"),
    (("cells", "cell", "threshold_current"), 200, "implausible", "threshold_current of cell is 200 nA", "in pA, write 0.2"),
    (("cells", "cell", "holding_current"), -50, "implausible", "holding_current of cell is -50 nA", "in pA, write -0.05"),
    # Potentials.
    (STEP, CLAMP, "implausible", "potentials are at most 0.02 mV", "in V, write -20"),
    (STEP, CLAMP | {"voltage_levels": [0.01], "duration_levels": [2]}, "implausible", "potentials are at most 0.02 mV", "in V, write -20"),
    (STEP, {"module": "seclamp", "input_type": "voltage_clamp", "amps": [-0.07, 0.02], "durations": [2, 3]}, "implausible", "at most 0.07 mV", "in V, write -70"),
    (STEP, current("ornstein_uhlenbeck", mean=0.001, sigma=0.001, tau=3) | {"input_type": "conductance", "reversal": -0.07}, "implausible", "at most 0.07 mV", "in V, write -70"),
    (("conditions", "v_init"), -0.065, "implausible", "v_init is -0.065 mV", "in V, write -65"),
    (("cells", "cell", "v_init"), -0.07, "implausible", "cells.cell.v_init is -0.07 mV", "in V, write -70"),
    (("run", "spike_threshold"), -0.02, "implausible", "spike_threshold is -0.02 mV", "in V, write -20"),
    (("cells", "cell", "spike_threshold"), 0.01, "implausible", "cells.cell.spike_threshold is 0.01 mV", "in V, write 10"),
    ((*REGION, "mechanisms", "pas", "e"), -0.07, "implausible", "e of pas is -0.07 mV", "in V, write -70"),
    ((*REGION, "mechanisms", "pas", "e"), "-0.07 + 0.00001*distance", "implausible", "e of pas is -0.07 mV", "in V, write -70"),
    ((*REGION, "mechanisms", "pas", "e"), [-0.07], "implausible", "e of pas is -0.07 mV", "in V, write -70"),
    ((*REGION, "mechanisms", "hh", "el"), -0.0543, "implausible", "el of hh is -0.0543 mV", "in V, write -54.3"),
    (("cells", "cell", "parameters"), {"pas.e": -0.07}, "implausible", "e of pas is -0.07 mV", "in V, write -70"),
    (("cells", "cell", "biophysics", "ions", "na", "e"), 0.05, "implausible", "the reversal potential of na is 0.05 mV", "in V, write 50"),
    (("synapses",), synapse("ExpSyn", e=-0.08), "implausible", "e of ExpSyn is -0.08 mV", "in V, write -80"),
    (("synapses",), synapse("SEClamp", amp1=-0.06, dur1=5), "implausible", "amp1 of SEClamp is -0.06 mV", "in V, write -60"),
    # Temperature, cables.
    (("conditions", "celsius"), 310, "implausible", "celsius is 310 degC", "in kelvin, write 36.85"),
    (("conditions", "celsius"), 80, "implausible", "celsius is 80 degC", "no neuron works"),
    ((*REGION, "Ra"), 1.5, "implausible", "Ra is 1.5 ohm cm", "in ohm m, write 150"),
    ((*SHAPE, "Ra"), 1.5, "implausible", "Ra is 1.5 ohm cm", "in ohm m, write 150"),
    ((*REGION, "cm"), 0.01, "implausible", "cm is 0.01 uF/cm2", "in F/m2, write 1"),
    ((*REGION, "cm"), "0.01", "implausible", "cm is 0.01 uF/cm2", "in F/m2, write 1"),
    ((*REGION, "cm"), 1000, "implausible", "cm is 1000 uF/cm2", "in nF/cm2, write 1"),
    ((*SHAPE, "cm"), 0.01, "implausible", "cm is 0.01 uF/cm2", "in F/m2, write 1"),
    (SHAPE, {"name": "soma", "L": 2e-5, "diam": 2e-5}, "implausible", "its thickest part has a diameter of 2e-05 um", "in m, multiply all by 1e6"),
    (SHAPE, {"name": "soma", "L": 0.02, "diam": 0.02}, "implausible", "its thickest part has a diameter of 0.02 um", "in mm, multiply all by 1000"),
    (SHAPE, {"name": "soma", "L": 20000, "diam": 20000}, "implausible", "its thickest part has a diameter of 2e+04 um", "in nm, divide all by 1000"),
    ((*SHAPE, "L"), 2e-5, "implausible", "all its sections are 2e-05 um long together", "in m, multiply all by 1e6"),
    # Conductances, concentrations, times.
    ((*REGION, "mechanisms", "hh", "gnabar"), 120, "implausible", "gnabar of hh is 120 S/cm2", "in mS/cm2, write 0.12"),
    ((*REGION, "mechanisms", "hh", "gnabar"), 1200, "implausible", "gnabar of hh is 1200 S/cm2", "in S/m2 or pS/um2, write 0.12"),
    ((*REGION, "mechanisms", "hh", "gl"), 0.3, "implausible", "gl of hh is 0.3 S/cm2", "in mS/cm2, write 0.0003"),
    ((*REGION, "mechanisms", "pas", "g"), 0.1, "implausible", "g of pas is 0.1 S/cm2", "in mS/cm2, write 0.0001"),
    (STEP, current("ornstein_uhlenbeck", mean=5, sigma=1, tau=3) | {"input_type": "conductance"}, "implausible", "the conductance is up to 5 uS", "in nS, write 0.005"),
    (("synapses",), synapse("AlphaSynapse", gmax=5), "implausible", "gmax of AlphaSynapse is 5 uS", "in nS, write 0.005"),
    (("synapses",), synapse("ExpSyn", tau=0.002), "implausible", "tau of ExpSyn is 0.002 ms", "in s, write 2"),
    (("cells", "cell", "biophysics", "ions", "na", "i"), 0.01, "implausible", "nai is 0.01 mM", "in M, write 10"),
    (("cells", "cell", "biophysics", "ions", "na", "o"), 145000, "implausible", "nao is 145000 mM", "in uM, write 145"),
    (("run", "dt"), 0.2, "implausible", "dt is 0.2 ms", "0.025 is usual"),
    (("run", "dt"), 2.5e-5, "implausible", "dt is 2.5e-05 ms", "in s, write 0.025"),
    (STEP, {"module": "play", "input_type": "current_clamp", "amps": [0.1, 0.2, 0.1], "dt": 2.5e-5}, "implausible", "values are 2.5e-05 ms apart", "in s, multiply them by 1000"),
    (STEP, {"module": "play", "input_type": "current_clamp", "amps": [0.1, 0.2, 0.1], "times": [0, 1e-4, 2e-4]}, "implausible", "values are 0.0001 ms apart", "in s"),
    (("generators",), {"train": {"times": [0.01, 0.02, 0.03, 0.04]}}, "implausible", "spikes of one train are 0.01 ms apart", "in s, multiply them by 1000"),
    (("generators",), {"ns": {"mechanism": "NetStim", "parameters": {"interval": 0.01, "number": 3}}}, "implausible", "interval of NetStim is 0.01 ms", "in s, write 10"),
    # What comes too late, or changes nothing.
    ((*STEP, "delay"), 30, "input-late", "begins at 30 ms, but the run ends at 30 ms", ""),
    (STEP, {"module": "play", "input_type": "current_clamp", "amps": [0.1, 0], "times": [100, 200]}, "input-late", "begins at 100 ms, but the run ends at 30 ms", ""),
    (STEP, current("noise", mean=0.1, sd=0.1) | {"delay": 40}, "input-late", "begins at 40 ms", ""),
    (STEP, {"module": "spatially_uniform_e_field", "input_type": "extracellular_stimulation", "delay": 50, "duration": 5, "fields": [{"Ex": 1, "Ey": 0, "Ez": 0}]}, "input-late", "begins at 50 ms", ""),
    (("generators",), {"train": {"times": [50, 60]}}, "input-late", "begins at 50 ms", ""),
    (("generators",), {"ns": {"mechanism": "NetStim", "parameters": {"start": 50}}}, "input-late", "generators.ns begins at 50 ms", ""),
    ((*STEP, "amp_start"), 0, "input-no-effect", "its current is 0 nA", ""),
    (STEP, current("pulse", amp_start=0, width=1, frequency=100), "input-no-effect", "its current is 0 nA", ""),
    ((*STEP, "duration"), 0, "input-no-effect", "its duration is 0 ms", ""),
]
RIGHT = [((*STEP, "amp_start"), 8), ((*STEP, "amp_start"), 0.001), ((*STEP, "amp_end"), 0), ((*STEP, "delay"), 29), (("conditions", "celsius"), 37), (("conditions", "v_init"), 0),
         ((*REGION, "Ra"), 35.4), ((*REGION, "cm"), 0.5), ((*REGION, "mechanisms", "pas", "e"), 0), ((*REGION, "mechanisms", "hh", "gnabar"), 3), (("run", "dt"), 0.1),
         (STEP, CLAMP | {"voltage": -20}), ((*REGION, "mechanisms"), {"pas": {}}), (("run", "spike_threshold"), 0), (("synapses",), synapse("ExpSyn", e=0, tau=0.1)),
         ((*REGION, "mechanisms", "pas", "g"), 0.03), (("generators",), {"train": {"times": [0.1, 5, 5.5]}}), (("cells", "cell", "biophysics", "ions", "na"), {"i": 10, "o": 440}),
         (SHAPE, {"name": "soma", "L": 1, "diam": 0.1}), (("cells", "cell", "threshold_current"), 0.2), (STEP, current("noise", mean=0, sd=0.1)),
         (STEP, current("ornstein_uhlenbeck", mean=0.01, sigma=0.01, tau=3) | {"input_type": "conductance", "reversal": 0})]


def changed(keys, value):
    result = config()
    place = result
    for key in keys[:-1]:
        place = place[key]
    place[keys[-1]] = value
    return result


def check_configs(rall, folder):
    file = folder / "c.json"
    (folder / "pA.csv").write_text("timestamps amps\n0 0\n5 120\n10 0\n")
    for keys, value, code, message, advice in WRONG:
        file.write_text(json.dumps(changed(keys, value), indent=1))
        found = found_in(rall, file)
        assert [one["code"] for one in found] == [code], (keys, value, found)
        assert message in found[0]["message"] and advice in found[0]["advice"] and found[0]["line"] > 1, (keys, value, found)
        assert (found[0]["severity"] == "note") == (code == "input-no-effect"), found
        done = subprocess.run([rall, "run", file, "--no-html"], capture_output=True, text=True)
        assert message in done.stderr, done  # and the run goes on, whatever becomes of it
    for keys, value in RIGHT:
        file.write_text(json.dumps(changed(keys, value)))
        assert not found_in(rall, file), (keys, value, found_in(rall, file))
    giant = changed((*STEP, "amp_start"), 20000)
    giant["cells"]["cell"]["stylized"] = [{"name": "axon", "L": 1000, "diam": 476}]
    file.write_text(json.dumps(giant))
    assert not found_in(rall, file)
    myelin = changed(("cells", "cell", "stylized"), [{"name": "soma", "L": 20, "diam": 20}, {"name": "axon", "L": 100, "diam": 1, "parent": "soma", "cm": 0.02}])
    file.write_text(json.dumps(myelin))
    assert not found_in(rall, file)
    passive = changed(("run", "dt"), 0.5)
    del passive["cells"]["cell"]["biophysics"]["regions"]["all"]["mechanisms"]["hh"], passive["cells"]["cell"]["biophysics"]["ions"]
    file.write_text(json.dumps(passive))
    assert not found_in(rall, file)


def check_weights(rall, folder):
    """Of synapses that take them for conductances; those of others have units of their own."""
    for mechanism, weight, is_told in (("ExpSyn", 0.5, False), ("ExpSyn", 2, True), ("Exp2Syn", 50, True), ("GABAB", 2, False)):
        content = config() | {"synapses": synapse(mechanism), "generators": {"train": {"times": [5]}}, "connections": [{"source": "train", "target": "syn", "weight": weight, "delay": 1}]}
        (folder / "w.json").write_text(json.dumps(content, indent=1))
        found = found_in(rall, folder / "w.json")
        assert len(found) == is_told, (mechanism, weight, found)
        assert not is_told or (f"a weight onto syn is {weight} uS" in found[0]["message"] and f"in nS, write {weight / 1000:g}" in found[0]["advice"] and found[0]["line"] > 1), found


def check_sweeps(rall, folder):
    """A value that a sweep gives is a value."""
    content = {"config": config(), "parameters": {"inputs.step.amp_start": [100, 300]}}
    (folder / "s.json").write_text(json.dumps(content))
    said = subprocess.run([rall, "sweep", "s.json"], cwd=folder, capture_output=True, text=True).stderr
    assert "the current is up to 300 nA" in said and "if this is in pA, write 0.3" in said and "[implausible]" in said, said


def check_circuit(rall, root, folder):
    """Values in the files that a circuit names."""
    shutil.copytree(root / "tests/data/sonata", folder / "sonata")
    here = folder / "sonata" / "9_cells"
    good = (here / "simulation_config.json").read_text()
    file = here / "changed.json"

    def found_with(old, new):
        assert old in good
        file.write_text(good.replace(old, new))
        return found_in(rall, file)

    assert not found_with("-80", "-80")
    found = found_with('"v_init": -80', '"v_init": -0.08')
    assert len(found) == 1 and "in V, write -80" in found[0]["advice"] and found[0]["line"] > 1, found
    found = found_with('"spike_threshold": -15', '"spike_threshold": -0.015')
    assert len(found) == 1 and "in V, write -15" in found[0]["advice"], found
    found = found_with('"tstop": 3000.0', '"tstop": 0.2')
    assert [one["code"] for one in found] == ["input-late"] * len(found) and found, found
    step = {"input_type": "current_clamp", "module": "IClamp", "node_set": "biophys_cells", "amp": 1e-10, "delay": 100, "duration": 100}  # no more, as --dry-run tries it
    found = found_with('"inputs": {', f'"inputs": {{ "step": {json.dumps(step)},')
    assert len(found) == 1 and "inputs.step: the current is at most 1e-10 nA" in found[0]["message"], found
    for path in (folder / "sonata").rglob("GABA_*.json"):
        path.write_text(path.read_text().replace("-70.0", "-0.07"))
    for path in (folder / "sonata").rglob("*.nml"):
        path.write_text(re.sub('resistivity segmentGroup="all" value="[0-9.]+', 'resistivity segmentGroup="all" value="1.5', path.read_text()))
    found = found_with("-80", "-80")
    assert {one["message"] for one in found} == {"Ra is 1.5 ohm cm", "e of Exp2Syn is -0.07 mV"}, found
    assert {one["advice"] for one in found} == {"if this is in ohm m, write 150", "if this is in V, write -70"}, found


def check_channels(rall, folder):
    """Protocols in V, ions, kelvin."""
    def said(*words):
        done = subprocess.run([rall, "channel", "hh", "--current", "ina", "--output-dir", folder / "out", *words], cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, done
        return done.stderr

    protocol = {"sweep": {"v": [-0.06, 0.02]}, "segments": [{"level": -0.08, "duration": 5}, {"name": "test", "level": "v", "duration": 5}],
                "curves": [{"name": "I", "measure": "peak", "segment": "test"}]}
    (folder / "p.json").write_text(json.dumps(protocol))
    text = said("--protocol", "p.json")
    assert "the levels of this protocol are at most 0.08 mV" in text and "in V, multiply them by 1000" in text, text
    text = said("--protocol", "activation", "--celsius", "295.15")
    assert "celsius is 295.15 degC" in text and "in kelvin, write 22" in text, text
    text = said("--protocol", "activation", "--ion", "ena=0.05")
    assert "ena is 0.05 mV" in text and "in V, write 50" in text, text
    assert "implausible" not in said("--protocol", "activation", "--celsius", "22", "--ion", "ena=50")


def check_waveforms(rall, folder):
    """A spike of 1 ms, sampled at 40 kHz."""
    def waveform(t, v):
        lines = [f"{k * 0.025 * t},{(-65 + 100 * (100 < k < 140)) * v}" for k in range(4000)]
        (folder / "w.csv").write_text("t,v\n" + "\n".join(lines) + "\n")
        done = subprocess.run([rall, "channel", "hh", "--current", "ina", "--protocol", "action_potential", "--waveform", folder / "w.csv", "--output-dir", folder / "out", "--json"],
                              capture_output=True, text=True)
        return [one["message"] + "; " + one["advice"] for one in json.loads(done.stdout)["diagnostics"] if one["code"] in CODES]

    assert waveform(1, 1) == []
    found = waveform(1, 1e-3)
    assert len(found) == 1 and "at most 0.065 mV" in found[0] and "in V, multiply them by 1000" in found[0], found
    found = waveform(1e-3, 1)
    assert len(found) == 1 and "in s, multiply them by 1000" in found[0], found


def check_good_files(rall, root, folders):
    number = 0
    for folder in (root / "examples", *folders):
        for file in sorted(folder.rglob("*.json")) if folder.is_dir() else []:
            if '"run"' in file.read_text():
                assert not found_in(rall, file), (file, found_in(rall, file))
                number += 1
    assert number >= 8, number
    print(f"{number} configs, none warned of")


def main(rall, root, *folders):
    with tempfile.TemporaryDirectory() as folder:
        check_configs(rall, Path(folder))
        check_weights(rall, Path(folder))
        check_sweeps(rall, Path(folder))
        check_channels(rall, Path(folder))
        check_waveforms(rall, Path(folder))
        check_circuit(rall, Path(root), Path(folder))
    check_good_files(rall, Path(root), map(Path, folders))


if __name__ == "__main__":
    main(*sys.argv[1:])
