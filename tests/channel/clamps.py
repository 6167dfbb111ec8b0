#!/usr/bin/python3
"""What rall channel says of channels that are not sums of Hodgkin's and Huxley's gates, and where a fit is none: clamps.py RALL"""
import csv
import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path

MODS = Path(__file__).parent / "mods"


def channel(rall, folder, *arguments):
    """The results, and what was printed."""
    out = folder / "out"
    done = subprocess.run([rall, "channel", *map(str, arguments), "--output-dir", out], capture_output=True, text=True, check=True)
    return json.loads((out / "channel.json").read_text()), done.stdout


def curves(results, protocol=0, variant=0):
    return {curve["name"]: curve for curve in results["protocols"][protocol]["variants"][variant]["curves"]}


def namk_at_rest(v):
    """Occupancies of C1, C2, O, I by detailed balance."""
    a, b = 4 * math.exp((v + 35) / 20), 4 * math.exp(-(v + 35) / 20)
    c, d = 1.2, 0.05 * math.exp(-(v + 65) / 12)
    c2 = 2 * a / b
    o = c2 * a / (2 * b)
    weights = [1, c2, o, o * c / d]
    return [w / sum(weights) for w in weights]


def check_markov_rest(rall, folder):
    for options in ([], ["--exact"], ["--implicit"], ["--with", "duration=5"]):
        found, _ = channel(rall, folder, MODS / "namk.mod", "--protocol", "gates", "--celsius", 22, *options)
        all_curves = curves(found)
        for k, state in enumerate(["C1", "C2", "O", "I"]):
            curve = all_curves[f"{state} inf"]
            for v, y in zip(curve["x"], curve["y"], strict=True):
                assert y >= 0 and abs(y - namk_at_rest(v)[k]) < 1e-8, f"{state} at {v} mV: {y}, expected {namk_at_rest(v)[k]}"
        assert "no_fit" in all_curves["O inf"] and "fit" not in all_curves["O inf"], "a bell is fitted by a sigmoid"
        assert "fit" in all_curves["I inf"]


def currents(folder, protocol):
    rows = list(csv.reader((folder / "out" / f"{protocol}.csv").open()))[1:]
    return [[float(x) for x in row[1:] if x] for row in rows]


def check_step(rall, folder):
    """Schemes are advanced exactly unless that is impossible; the error of the step is told where it is not."""
    def run(mod, *options):
        found, text = channel(rall, folder, MODS / mod, "--protocol", "activation", *options)
        return found["variants"][0]["kinetic"], found["protocols"][0]["variants"][0]["step_error"], currents(folder, "activation"), text

    def largest(rows):
        return max(abs(x) for row in rows for x in row)

    def furthest(rows, others):
        return max(abs(x - y) for row, other in zip(rows, others, strict=True) for x, y in zip(row, other, strict=True))

    how, error, exact, text = run("namk.mod")
    assert how == "exact" and error is None and "errors of up to" not in text
    _, _, coarse, _ = run("namk.mod", "--dt", 0.1)
    assert furthest(coarse, exact[::4]) < 1e-8 * largest(exact)
    how, error, implicit, text = run("namk.mod", "--implicit")
    assert how == "implicit" and "errors of up to" in text
    true = furthest(implicit, exact) / largest(exact)
    print(f"backward Euler: error {true:.3g}, estimated {error:.3g}")
    assert true > 0.01 and 0.7 * true < error < 1.5 * true

    how, error, rough, text = run("dimer.mod")
    assert how == "implicit" and "errors of up to" in text, text
    _, _, fine, _ = run("dimer.mod", "--dt", 0.025 / 16)
    true = furthest(rough, fine[::16]) / largest(fine)
    print(f"a scheme that is not linear: error {true:.3g}, estimated {error:.3g}")
    assert 0.5 * true < error < 2 * true
    _, error, _, _ = run("namk.mod", "--rs", 5)
    assert error > 0, "a series resistance makes the potential one of first order"


def check_fits(rall, folder):
    found, text = channel(rall, folder, MODS / "bell.mod", "--protocol", "activation", "--protocol", "gates")
    activation = curves(found)
    for name in ("I-V", "G-V"):
        assert "fit" not in activation[name] and activation[name]["no_fit"], activation[name]
    assert "no fit, " + activation["I-V"]["no_fit"] in text, text
    rows = [row for row in csv.DictReader((folder / "out" / "fits.csv").open()) if row["curve"] == "I-V"]
    assert [row["law"] for row in rows] == ["none"] and rows[0]["no_fit"] == activation["I-V"]["no_fit"], rows
    assert activation["I-V"]["no_fit"] in (folder / "out" / "channel.html").read_text()

    found, text = channel(rall, folder, MODS / "twotau.mod", "--protocol", "recovery", "--protocol", "gates")
    fit = curves(found)["recovery"]["fit"]
    assert fit["law"] == "double_exponential", fit
    for name, expected in (("tau 1", 3), ("tau 2", 60)):
        assert abs(fit["parameters"][name]["value"] / expected - 1) < 0.05, fit
    # A state of 100 s in a window of 2 s: where it is at rest is known, how fast it gets there is not.
    gates = curves(found, 1)
    for v, y in zip(gates["u inf"]["x"], gates["u inf"]["y"], strict=True):
        assert abs(y - 1 / (1 + math.exp(-(v + 30) / 7))) < 1e-9, (v, y)
    assert all(y is None for y in gates["u tau"]["y"]) and gates["u tau"]["missing"] in text, gates["u tau"]
    assert all(y is not None and abs(y - 0.1) < 1e-5 for y in gates["m tau"]["y"] if y is not None)


def check_names(rall, folder):
    files = [MODS / "wild" / "Nav.mod", MODS / "mutant" / "Nav.mod"]
    options = ["--set", "M: gbar=0.05", "--protocol", "inactivation"]
    found, text = channel(rall, folder, *files, *options)
    expected = ["wild/Nav", "wild/Nav M", "mutant/Nav", "mutant/Nav M"]
    assert [one["label"] for one in found["variants"]] == expected, found["variants"]
    head = next(csv.reader((folder / "out" / "inactivation.csv").open()))
    assert len(set(head)) == len(head), "columns of one name"
    page = (folder / "out" / "channel.html").read_text()
    for label in expected:
        assert label in text and label in page, label
    found, _ = channel(rall, folder, files[0], files[0], "--protocol", "inactivation")
    assert [one["label"] for one in found["variants"]] == ["Nav", "Nav (2)"], found["variants"]
    found, _ = channel(rall, folder, "hh", "--set", "M: gnabar=0.05", "--protocol", "inactivation", "--current", "ina")
    assert [one["label"] for one in found["variants"]] == ["hh", "M"], found["variants"]
    # Names given: as they are, for files and for built-in mechanisms.
    found, text = channel(rall, folder, f"healthy={files[0]}", files[1], "axon=hh", "--protocol", "inactivation", "--current", "ina")
    assert [one["label"] for one in found["variants"]] == ["healthy", "Nav", "axon"], found["variants"]
    assert "healthy" in text and "axon" in text, text

    (folder / "curves.json").write_text(json.dumps({"segments": [{"name": "a", "level": -70, "duration": 1}],
                                                    "curves": [{"name": "peak", "measure": "peak", "segment": "a"}]}))
    for protocols in ([folder / "curves.json"], ["ramp", "ramp"]):
        options = [word for protocol in protocols for word in ("--protocol", protocol)]
        done = subprocess.run([rall, "channel", "hh", *options, "--output-dir", folder / "not"], capture_output=True, text=True)
        assert done.returncode == 1 and ".csv would hold" in done.stderr and not (folder / "not").exists(), done


def check_units(rall, folder):
    """Numbers with a dimension have their units, in text and tables; ratios have none."""
    found, text = channel(rall, folder, "hh", "--set", "M: gnabar=0.06", "--current", "ina", "--protocol", "activation")
    rows = {row["parameter"]: row["units"] for row in csv.DictReader((folder / "out" / "fits.csv").open()) if row["curve"] == "I-V"}
    assert rows == {"Erev": "mV", "V1/2": "mV", "k": "mV", "G": "S/cm2"}, rows
    line = next(line for line in text.splitlines() if line.split()[:2] == ["hh", "I-V"])
    assert line.count(" mV") == 3 and line.count(" S/cm2") == 1, line
    differences = [row for row in csv.DictReader((folder / "out" / "differences.csv").open()) if row["curve"] == "I-V"]
    assert {row["quantity"]: (row["units"], row["kind"]) for row in differences} == {
        "Erev": ("mV", "difference"), "V1/2": ("mV", "difference"), "k": ("mV", "ratio"), "G": ("S/cm2", "ratio")}, differences
    told = text[text.index("Differences"):].splitlines()
    assert all((" mV" in line) == ("V1/2" in line or "Erev" in line) and "S/cm2" not in line for line in told[1:] if "I-V" in line), told
    assert next(csv.reader((folder / "out" / "activation.csv").open()))[1].endswith(" (mA/cm2)")
    assert found["protocols"][0]["variants"][0]["curves"][0]["fit"]["parameters"]["G"]["units"] == "S/cm2", found


def check_neuroml(rall, folder):
    """The channels of hh, described in NeuroML, beside the built-in ones and in one go with a .mod file."""
    nml = MODS.parents[1] / "neuroml" / "hh.channel.nml"
    for name, current, strength in (("squid_na", "ina", 0.12), ("squid_k", "ik", 0.036)):
        found, text = channel(rall, folder, "hh", f"{nml}:{name}", "--current", current, "--protocol", "activation", "--protocol", "gates")
        assert [one["label"] for one in found["variants"]] == ["hh", name], found["variants"]
        assert not any(one["severity"] == "warning" for one in found["diagnostics"]), found["diagnostics"]
        one, other = curves(found, 0, 0)["I-V"], curves(found, 0, 1)["I-V"]
        largest = max(map(abs, one["y"]))
        for a, b in zip(one["y"], other["y"], strict=True):  # 1 mS/cm2 of a NeuroML channel
            assert abs(a - b * strength / 0.001) < 1e-9 * largest, (name, a, b)
        one, other = curves(found, 1, 0), curves(found, 1, 1)
        for gate in "mh" if name == "squid_na" else "n":
            for curve in (f"{gate} inf", f"{gate} tau"):
                for a, b in zip(one[curve]["y"], other[curve]["y"], strict=True):
                    assert abs(a - b) < 1e-7 * abs(a), (name, curve, a, b)
    found, _ = channel(rall, folder, f"nml={nml}:squid_na", MODS / "wild" / "Nav.mod", "--protocol", "inactivation")
    assert [one["label"] for one in found["variants"]] == ["nml", "Nav"], found["variants"]
    for text, message in ((f"{nml}", f"name one: {nml}:leak"), (f"{nml}:squid_n", "there is no channel 'squid_n'")):
        done = subprocess.run([rall, "channel", text, "--output-dir", folder / "not"], capture_output=True, text=True)
        assert done.returncode == 1 and message in done.stderr and not (folder / "not").exists(), done


def main(rall):
    for check in (check_markov_rest, check_step, check_fits, check_names, check_units, check_neuroml):
        with tempfile.TemporaryDirectory() as folder:
            check(rall, Path(folder))
        print(f"{check.__name__}: ok", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
