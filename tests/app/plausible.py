#!/usr/bin/python3
"""Values in another unit than the field's are told, with the unit they are likely in; good files are not: plausible.py RALL ROOT [FOLDER...]

Warned of is never in the examples of ROOT, nor in configs below the folders, as far as these lie here.
"""
import json
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
    done = subprocess.run([rall, "inspect", "--json", file], capture_output=True, text=True, timeout=200)
    return [one for one in json.loads(done.stdout)["diagnostics"] if one["code"] in CODES] if done.stdout else []


REGION = ("cells", "cell", "biophysics", "regions", "all")
STEP = ("inputs", "step")
CLAMP = {"module": "seclamp", "input_type": "voltage_clamp", "duration": 5, "voltage": -0.02}
WRONG = [  # where, what, code, what is said, what is advised
    ((*STEP, "amp_start"), 300, "implausible", "the current is up to 300 nA", "in pA, write 0.3"),
    ((*STEP, "amp_end"), -150, "implausible", "the current is up to 150 nA", "in pA, write 0.15"),
    ((*STEP, "amp_start"), 3e-10, "implausible", "the current is at most 3e-10 nA", "in A, write 0.3"),
    (STEP, {"module": "IClamp", "input_type": "current_clamp", "amp": 100, "delay": 1, "duration": 5}, "implausible", "100 nA", "in pA, write 0.1"),
    (STEP, {"module": "play", "input_type": "current_clamp", "amps": [0, 80, 0], "times": [0, 5, 10]}, "implausible", "80 nA", "in pA, write 0.08"),
    (STEP, {"module": "pulse", "input_type": "current_clamp", "amp_start": 400, "delay": 0, "duration": 9, "width": 1, "frequency": 100}, "implausible", "400 nA", "in pA"),
    (STEP, {"module": "sinusoidal", "input_type": "current_clamp", "amp_start": 50, "delay": 0, "duration": 9, "frequency": 100}, "implausible", "50 nA", "in pA"),
    (STEP, CLAMP, "implausible", "potentials are at most 0.02 mV", "in V, write 20"),
    (("conditions", "celsius"), 310, "implausible", "celsius is 310 degC", "in kelvin, write 36.85"),
    (("conditions", "celsius"), 80, "implausible", "celsius is 80 degC", "no neuron works"),
    (("conditions", "v_init"), -0.065, "implausible", "v_init is -0.065 mV", "in V, write -65"),
    ((*REGION, "Ra"), 1.5, "implausible", "Ra is 1.5 ohm cm", "in ohm m, write 150"),
    ((*REGION, "cm"), 0.01, "implausible", "cm is 0.01 uF/cm2", "in F/m2, write 1"),
    ((*REGION, "mechanisms", "pas", "e"), -0.07, "implausible", "e of pas is -0.07 mV", "in V, write -70"),
    ((*REGION, "mechanisms", "hh", "gnabar"), 120, "implausible", "gnabar of hh is 120 S/cm2", "in mS/cm2, write 0.12"),
    (("cells", "cell", "biophysics", "ions", "na", "e"), 0.05, "implausible", "the reversal potential of na is 0.05 mV", "in V, write 50"),
    (("run", "dt"), 0.2, "implausible", "dt is 0.2 ms", "0.025 is usual"),
    ((*STEP, "delay"), 30, "input-late", "begins at 30 ms, but the run ends at 30 ms", ""),
    ((*STEP, "amp_start"), 0, "input-no-effect", "its current is 0 nA", ""),
    ((*STEP, "duration"), 0, "input-no-effect", "its duration is 0 ms", ""),
]
RIGHT = [((*STEP, "amp_start"), 8), ((*STEP, "amp_start"), 0.001), ((*STEP, "amp_end"), 0), ((*STEP, "delay"), 29), (("conditions", "celsius"), 37), (("conditions", "v_init"), 0),
         ((*REGION, "Ra"), 35.4), ((*REGION, "cm"), 0.5), ((*REGION, "mechanisms", "pas", "e"), 0), ((*REGION, "mechanisms", "hh", "gnabar"), 3), (("run", "dt"), 0.1),
         (STEP, CLAMP | {"voltage": -20}), ((*REGION, "mechanisms"), {"pas": {}})]


def changed(keys, value):
    result = config()
    place = result
    for key in keys[:-1]:
        place = place[key]
    place[keys[-1]] = value
    return result


def check_configs(rall, folder):
    file = folder / "c.json"
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
    passive = changed(("run", "dt"), 0.5)
    del passive["cells"]["cell"]["biophysics"]["regions"]["all"]["mechanisms"]["hh"], passive["cells"]["cell"]["biophysics"]["ions"]
    file.write_text(json.dumps(passive))
    assert not found_in(rall, file)


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
        check_waveforms(rall, Path(folder))
    check_good_files(rall, Path(root), map(Path, folders))


if __name__ == "__main__":
    main(*sys.argv[1:])
