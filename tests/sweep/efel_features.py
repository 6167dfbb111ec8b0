#!/usr/bin/python3
"""The features of rall sweep beside eFEL's: on the traces that rall run gives for the same members, and on made-up traces with stimuli of
every kind (from the start on, to the end, spikes before them, traces that begin or end above the threshold).

    efel_features.py RALL ENVIRONMENT FEATURES

eFEL is installed from PyPI into the virtual environment if it is not there. Exit code 77: PyPI cannot be reached.
"""
import importlib.util
import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from pypi import enter

DT = 0.025
# Between samples, so that rounding of times does not decide which sample a window begins with.
DELAY, DURATION = 50 + DT / 2, 200
EXACT = 1e-9


def member_config(base, row):
    config = json.loads(json.dumps(base))
    config["inputs"]["step"]["amp_start"] = float(row["I"])
    soma = config["cells"]["cell"]["biophysics"]["regions"]["soma"]["mechanisms"]
    soma["Im"]["gbar"] = float(row["gm"])
    soma["Ih"]["gbar"] = float(row["gh"])
    return config


def trace(rall, folder, config):
    import h5py
    path = folder / "member.json"
    path.write_text(json.dumps(config))
    subprocess.run([rall, "run", path, "--output-dir", folder / "member", "--no-html", "--double-reports", "--quiet"], check=True,
                   stderr=subprocess.DEVNULL)
    with h5py.File(folder / "member" / "v.h5") as file:
        return file["report/cells/data"][:, 0]


def mean_of(values):
    return float(sum(values) / len(values)) if values is not None and len(values) else math.nan


def same(ours, expected):
    return math.isnan(ours) if math.isnan(expected) else abs(ours - expected) <= EXACT * max(1, abs(expected))


def made_up_trace(random, dt):
    """Voltages and a stimulus: slow noise, and spikes at any time."""
    import numpy
    t = numpy.arange(random.integers(40, 1200)) * dt
    v = -70 + numpy.cumsum(random.normal(0, 0.02, len(t)))
    for at in random.uniform(-2, t[-1] + 2, random.integers(0, 9)):
        since = t - at
        rise, fall = numpy.minimum(since, 0) / random.uniform(0.1, 1.2), numpy.maximum(since, 0)
        v += random.uniform(30, 120) * numpy.exp(rise - fall / random.uniform(0.3, 4))
        v -= random.uniform(0, 15) * fall / 6 * numpy.exp(1 - fall / 6)
    if random.random() < 0.2:
        v += 60 * numpy.exp(-t / random.uniform(0.5, 5))  # a depolarised start
    if random.random() < 0.2:
        v += 60 * numpy.exp((t - t[-1]) / random.uniform(0.5, 5))  # ... and end
    begin, end = sorted(numpy.round(random.uniform(2 * dt, t[-1] - dt, 2) / dt) * dt)
    kind = random.integers(0, 5)
    begin = 0 if kind == 0 else 2 * dt if kind == 1 else begin
    end = t[-1] if kind == 2 else t[-1] + 5 if kind == 3 else max(end, begin + dt)
    if kind == 4:
        begin, end = begin + 0.3 * dt, end + 0.6 * dt
    return t, v, float(begin), float(end)


def mixed_up(name, dt, v, begin, theirs):
    """Does eFEL pair a spike with another one's shape, or with memory outside of the trace? There is no value in rall sweep then."""
    peaks, onset = theirs["peak_indices"], math.ceil(begin / dt - 1e-9)
    if peaks is None:
        return False
    count = {key: 0 if theirs[key] is None else len(theirs[key]) for key in ("AP_begin_indices", "AP_end_indices")}
    if name in ("AP_amplitude", "AP_duration_half_width"):
        late = sum(peak > onset for peak in peaks)
        return count["AP_begin_indices"] < late or count["AP_end_indices"] < late
    if name == "spike_half_width":
        minima = theirs["min_AHP_indices"]
        return peaks[0] < onset or (onset == 0 and v[0] >= (v[peaks[0]] + v[minima[0]]) / 2)
    return False


def compare_made_up(program, count=600):
    import efel
    import numpy
    dt = 1 / 32  # whose multiples are exact, so that rounding of times decides nothing
    efel.set_setting("interp_step", dt)
    random = numpy.random.default_rng(11)
    traces = [made_up_trace(random, dt) for _ in range(count)]
    text = "".join(f"{dt!r} {begin!r} {end!r} -20 " + " ".join(map(repr, map(float, v))) + "\n" for _, v, begin, end in traces)
    lines = subprocess.run([program], input=text, capture_output=True, text=True, check=True).stdout.splitlines()
    names, compared, skipped = lines[0].split(), {}, {}
    own = names.index("firing_rate")
    inner = ["peak_indices", "AP_begin_indices", "AP_end_indices", "min_AHP_indices"]
    for (t, v, begin, end), line in zip(traces, lines[1:], strict=True):
        ours = [float(word) for word in line.split()]
        theirs = efel.get_feature_values([{"T": t, "V": v, "stim_start": [begin], "stim_end": [end]}],
                                         [n for n in names if n != "firing_rate"] + inner, raise_warnings=False)[0]
        for name, value in zip(names, ours, strict=True):
            what = f"{name} with the stimulus from {begin} to {end} of {t[-1]} ms: ours {value}"
            if name == "firing_rate":
                rate = 1000 * mean_of(theirs["Spikecount_stimint"]) / (min(end, t[-1]) - begin)
                assert same(value, rate), f"{what}, expected {rate}"
                continue
            expected = mean_of(theirs[name])
            if math.isnan(value) and not math.isnan(expected) and mixed_up(name, dt, v, begin, theirs):
                skipped[name] = skipped.get(name, 0) + 1
                continue
            assert same(value, expected), f"{what}, eFEL's {theirs[name]}"
            if not math.isnan(expected):
                compared[name] = compared.get(name, 0) + 1
    del names[own]
    for name in names:
        print(f"{name:30} equal to eFEL's on {compared.get(name, 0)} made-up traces, mixed up there on {skipped.get(name, 0)}")
        assert compared.get(name, 0) >= 5, f"{name} was hardly compared"


def main(rall, environment, program):
    enter(environment, "efel", "h5py")
    import efel
    import numpy
    compare_made_up(program)
    cell_module = importlib.util.spec_from_file_location("cell", Path(__file__).with_name("cell.py"))
    cell = importlib.util.module_from_spec(cell_module)
    cell_module.loader.exec_module(cell)

    efel.set_setting("interp_step", DT)
    base = cell.config(tstop=300 + DT, delay=DELAY, duration=DURATION)
    soma = "cells.cell.biophysics.regions.soma.mechanisms"
    description = {"config": base, "parameters": {
        "I": {"path": "inputs.step.amp_start", "values": [-0.2, -0.05, 0, 0.1, 0.2, 0.6]},
        "gm": {"path": soma + ".Im.gbar", "values": [0, 1e-3]}, "gh": {"path": soma + ".Ih.gbar", "values": [3e-5, 3e-4]}}}
    compared, largest = {}, 0
    with tempfile.TemporaryDirectory() as holder:
        folder = Path(holder)
        rows = cell.table(cell.sweep(rall, folder, description))
        names = [name for name in rows[0] if name not in ("member", "I", "gm", "gh", "status", "diverged_at", "firing_rate")]
        for row in rows:
            v = trace(rall, folder, member_config(base, row))
            t = numpy.arange(len(v)) * DT
            theirs = efel.get_feature_values([{"T": t, "V": v, "stim_start": [DELAY], "stim_end": [DELAY + DURATION]}], names,
                                             raise_warnings=False)[0]
            for name in names:
                ours = float(row[name]) if row[name] else math.nan
                values = theirs[name]
                expected = mean_of(values)
                assert same(ours, expected), f"{name} of member {row['member']} ({row['I']} nA): ours {ours}, eFEL's {values}"
                if not math.isnan(expected):
                    compared[name] = compared.get(name, 0) + 1
                    largest = max(largest, abs(ours - expected))
    for name in names:
        print(f"{name:30} equal to eFEL's in {compared.get(name, 0)} members")
        assert compared.get(name, 0) >= 3, f"{name} was hardly compared"
    print(f"largest difference {largest:.2g}")


if __name__ == "__main__":
    main(*sys.argv[1:])
