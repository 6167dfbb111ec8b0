#!/usr/bin/python3
"""Numbers far out at every place that takes one: refused with the place in the file, or run rightly; no crash, no hang, nothing in silence.

    far_out.py RALL
"""
import copy
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

REFUSED, RUNS, EITHER = "refused", "runs", "either"

CONFIG = {
    "cells": {"c": {"count": 2, "position": [0, 0, 0], "v_init": -65, "stylized": [{"name": "soma", "L": 20, "diam": 20, "nseg": 1, "Ra": 100, "cm": 1},
                                             {"name": "dend", "L": 100, "diam": 2}],
                    "biophysics": {"regions": {"all": {"cm": 1, "Ra": 100, "mechanisms": {"pas": {"g": 1e-4, "e": -70}},
                                                       "ions": {"k": {"e": -77}}},
                                               "soma": {"mechanisms": {"hh": {}}}}, "d_lambda": 0.1}}},
    "run": {"tstop": 20, "dt": 0.025, "random_seed": 1, "spike_threshold": -20}, "conditions": {"celsius": 6.3, "v_init": -65},
    "synapses": {"s": {"mechanism": "ExpSyn", "location": "soma(0.5)", "cells": "c[0]", "parameters": {"tau": 1, "e": 0}},
                 "d": {"mechanism": "ExpSyn", "location": {"region": "dend", "density": 0.1, "seed": 1}}},
    "generators": {"g": {"times": [1]}, "n": {"mechanism": "NetStim", "count": 1, "parameters": {"interval": 10, "number": 3, "start": 1}}},
    "connections": [{"source": "g", "target": "s", "weight": 0.001, "delay": 1}, {"source": "c[1]", "target": "s", "weight": 0.001, "delay": 1, "threshold": -20}],
    "inputs": {"i": {"module": "linear", "input_type": "current_clamp", "amp_start": 0.1, "delay": 1, "duration": 15, "node_set": "c"},
               "p": {"module": "pulse", "input_type": "current_clamp", "amp_start": 0.1, "delay": 1, "duration": 15, "width": 1, "frequency": 100, "node_set": "c"},
               "w": {"module": "sinusoidal", "input_type": "current_clamp", "amp_start": 0.01, "frequency": 50, "phase": 0, "duration": 15},
               "t": {"module": "play", "input_type": "current_clamp", "amps": [0, 0.01, 0], "dt": 3, "delay": 0},
               "n": {"module": "noise", "input_type": "current_clamp", "mean": 0, "sd": 0.01, "dt": 0.5, "duration": 15, "random_seed": 1},
               "o": {"module": "ornstein_uhlenbeck", "input_type": "current_clamp", "mean": 0, "sigma": 0.01, "tau": 3, "duration": 15},
               "s": {"module": "shot_noise", "input_type": "current_clamp", "rise_time": 0.4, "decay_time": 4, "rate": 100, "amp_mean": 0.01, "amp_var": 1e-5, "duration": 15},
               "a": {"module": "absolute_shot_noise", "input_type": "current_clamp", "rise_time": 0.4, "decay_time": 4, "mean": 0.01, "sigma": 0.005, "duration": 15}},
    "reports": {"v": {"cells": "c", "variable_name": "v", "dt": 0.1, "start_time": 0, "end_time": 20}}}

CONFIGS = [
    ("run.tstop", REFUSED, "0 -1 1e300 1e18 1e999 -1e300 1e-300 5e-324 null"), ("run.dt", REFUSED, "0 -1 1e-300 5e-324 1e-10 20.1 1e300 1e999"),
    ("run.random_seed", REFUSED, "-1 1e300 18446744073709551616 36893488147419103232 1.5"), ("run.random_seed", RUNS, "9007199254740992 0"),
    ("run.spike_threshold", RUNS, "1e300 -1e300"), ("run.spike_threshold", REFUSED, "1e999 null"),
    ("conditions.celsius", REFUSED, "-1e9 -273.15 1e999"), ("conditions.celsius", EITHER, "1e300 1e9"), ("conditions.v_init", EITHER, "1e300 -1e300 1e-300"),
    ("cells.c.count", REFUSED, "0 -1 1.5 1e10 2147483648 1e300"),
    *((f"cells.c.stylized.0.{key}", REFUSED, "0 -1 1e300 1e999") for key in ("L", "diam")), ("cells.c.stylized.0.L", EITHER, "1e-300 1e8"),
    ("cells.c.stylized.0.diam", EITHER, "1e-300 1e8"), ("cells.c.stylized.0.nseg", REFUSED, "0 -1 1.5 32768 2147483648 4294967297 1e300"),
    ("cells.c.stylized.0.Ra", REFUSED, "0 -1"), ("cells.c.stylized.0.Ra", EITHER, "1e300 1e-300"), ("cells.c.stylized.0.cm", REFUSED, "0 -1"),
    ("cells.c.stylized.0.cm", EITHER, "1e300 1e-300"), ("cells.c.biophysics.regions.all.cm", REFUSED, "0 -1 1e999"),
    ("cells.c.biophysics.regions.all.Ra", REFUSED, "0 -1"), ("cells.c.biophysics.regions.all.Ra", EITHER, "1e300 1e-300"),
    ("cells.c.biophysics.d_lambda", REFUSED, "0 -1 1e-300"), ("cells.c.biophysics.d_lambda", RUNS, "1e300"),
    ("cells.c.biophysics.regions.all.mechanisms.pas.g", EITHER, "1e300 -1 1e-300"), ("cells.c.biophysics.regions.all.ions.k.e", EITHER, "1e300"),
    ("synapses.s.parameters.tau", EITHER, "0 -1 1e300 1e-300"), ("generators.g.times.0", RUNS, "1e300 1e18 5e-324"), ("generators.g.times.0", REFUSED, "-1 1e999"),
    ("generators.n.count", REFUSED, "0 -1 1.5 1e10 1e300"), ("generators.n.parameters.interval", EITHER, "1e300 -1"),
    ("generators.n.parameters.start", RUNS, "1e300 1e18"), ("generators.n.parameters.number", RUNS, "0"),
    *((f"connections.{k}.delay", RUNS, "1e9 1e18 1e300") for k in (0, 1)), *((f"connections.{k}.delay", REFUSED, "-1 1e999") for k in (0, 1)),
    ("connections.0.weight", EITHER, "1e300 -1e300"), ("connections.1.threshold", RUNS, "1e300 -1e300"),
    ("inputs.i.delay", RUNS, "1e300 1e18"), ("inputs.i.delay", REFUSED, "-1"), ("inputs.i.duration", RUNS, "1e300"), ("inputs.i.duration", REFUSED, "-1"),
    ("inputs.i.amp_start", EITHER, "1e300"), ("inputs.p.frequency", REFUSED, "0 -1 1e300 1e6"), ("inputs.p.frequency", RUNS, "1e-300 1e-306 5e-324"),
    ("inputs.p.width", REFUSED, "0 -1 1e300"), ("inputs.p.width", RUNS, "1e-300"), ("inputs.p.duration", REFUSED, "-1"), ("inputs.p.duration", RUNS, "1e300"),
    ("inputs.w.frequency", REFUSED, "0 -1 1e999"), ("inputs.w.frequency", EITHER, "1e300"), ("inputs.w.phase", EITHER, "1e300"),
    ("inputs.t.dt", REFUSED, "0 -1"), ("inputs.t.dt", RUNS, "1e-300 1e300"), ("inputs.t.delay", RUNS, "1e300"), ("inputs.t.amps.1", EITHER, "1e300"),
    ("inputs.n.dt", REFUSED, "0 -1 1e-300 0.024"), ("inputs.n.dt", RUNS, "1e300"), ("inputs.n.sd", REFUSED, "-1"), ("inputs.n.sd", EITHER, "1e300"),
    ("inputs.n.random_seed", REFUSED, "-1 1.5 4294967296"), ("inputs.n.random_seed", RUNS, "4294967295"), ("inputs.o.tau", REFUSED, "0 -1"),
    ("inputs.o.tau", RUNS, "1e-300 1e300"), ("inputs.s.rate", REFUSED, "-1 1e8 1e300"), ("inputs.s.rate", RUNS, "0 1e-300"),
    ("inputs.s.amp_var", EITHER, "1e300 1e-300"), ("inputs.a.sigma", REFUSED, "0 -1 1e-9"), ("inputs.a.sigma", EITHER, "1e300"),
    ("cells.c.position.0", REFUSED, "1e10 1e999"), ("cells.c.v_init", EITHER, "1e300"),
    ("synapses.d.location.density", REFUSED, "-1 1e9 1e300"), ("synapses.d.location.density", RUNS, "0 1e-300"), ("synapses.d.location.seed", REFUSED, "-1 1e300"),
    ("reports.v.dt", REFUSED, "0 -1 1e18 1e300 1e999"), ("reports.v.dt", RUNS, "1e-18 1e9"), ("reports.v.start_time", REFUSED, "-1 1e300 1e18 20"),
    ("reports.v.end_time", RUNS, "1e300 1e18"), ("reports.v.end_time", REFUSED, "0 -1")]

VARIABLE_STEP = [("connections.1.delay", REFUSED, "0 1e-300 5e-324"), ("connections.1.delay", RUNS, "1e18"), ("run.tstop", REFUSED, "1e300"),
                 ("run.atol", REFUSED, "0 -1"), ("run.rtol", REFUSED, "-1"), ("run.maximum_step", REFUSED, "0 -1"), ("run.maximum_step", RUNS, "1e300"),
                 ("reports.v.dt", REFUSED, "1e18"), ("inputs.i.delay", RUNS, "1e300")]

SWEEP = {"config": CONFIG, "parameters": {"inputs.i.amp_start": {"from": 0, "to": 0.1, "steps": 2}}, "voltage_range": [-250, 250],
         "features": {"stimulus": {"from": 1, "to": 16}, "threshold": -20}}
SWEEPS = [("parameters.inputs:i:amp_start.steps", REFUSED, "0 -1 1.5 1e10 1e300"), ("parameters.inputs:i:amp_start.to", REFUSED, "1e999"),
          ("features.stimulus.to", RUNS, "1e300 1e18"), ("features.stimulus.from", REFUSED, "1e300"), ("features.threshold", RUNS, "1e300"),
          ("voltage_range.0", REFUSED, "1e300"), ("config.run.tstop", REFUSED, "1e300"), ("config.connections.0.delay", RUNS, "1e18")]

PROTOCOL = {"dt": 0.025, "segments": [{"name": "hold", "level": -80, "duration": 2}, {"name": "test", "level": 0, "duration": 2}],
            "curves": [{"name": "peak", "measure": "peak", "segment": "test", "window": [0, 2]}]}
PROTOCOLS = [("dt", REFUSED, "0 -1 1e-300 5e-324 1e300"), ("segments.0.duration", REFUSED, "0 -1 1e300 1e7 1e-300"), ("segments.0.level", REFUSED, "1e300 -1e300"),
             ("curves.0.window.1", RUNS, "1e300 1e18"), ("curves.0.window.0", EITHER, "-1e300"), ("curves.0.window.0", REFUSED, "1e300")]

OPTIONS = [
    *(["run", "--tstop", x] for x in ("nan", "inf", "-inf", "0", "-1", "1e300", "1e999", "x")), *(["run", "--threads", x] for x in ("0", "-1", "513", "1e9", "99999999999", "nan")),
    *(["run", "--group-bytes", x] for x in ("-1", "1e30", "18446744073709551615", "18446744073709551616", "nan")),
    *(["sweep", "--batch", x] for x in ("0", "-1", "1e30", "18446744073709551615", "nan")), *(["sweep", "--threads", x] for x in ("0", "1e9")),
    *(["channel", "--dt", x] for x in ("nan", "inf", "0", "1e-300", "1e300")), *(["channel", "--celsius", x] for x in ("nan", "inf", "-1e9")),
    *(["channel", "--rs", x] for x in ("nan", "0", "1e300")), *(["channel", "--capacitance", x] for x in ("nan", "inf", "0", "1e300", "1e-300")),
    *(["inspect", "--d-lambda", x] for x in ("nan", "inf", "0", "-1", "1e-300", "1e300"))]

SWC = "1 1 0 0 0 {d} -1\n2 3 {x} 0 0 1 1\n3 3 {y} 0 0 1 2\n"
SHAPES = [{key: x} for key in ("d", "x", "y") for x in ("1e300", "-1e300", "1e-300", "5e-324", "1e999", "nan", "inf", "0", "1e38", "1e18")]


def with_number(content, place, number):
    """The text of a JSON file in which this number stands at a place (names joined by dots; ':' stands for a dot of a name)."""
    content = copy.deepcopy(content)
    *way, last = [int(step) if step.isdigit() else step.replace(":", ".") for step in place.split(".")]
    at = content
    for step in way:
        at = at[step]
    at[last] = "NUMBER"
    return json.dumps(content, indent=1).replace('"NUMBER"', number)


def run(rall, folder, number, arguments):
    try:
        done = subprocess.run([rall, *arguments, "--output-dir", f"out{number}"] if arguments[0] != "inspect" else [rall, *arguments], cwd=folder,
                              capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout + done.stderr
    except subprocess.TimeoutExpired:
        return "a hang", ""


def wrong_file(rall, folder, number, verb, name, text, expected, what):
    (folder / name).write_text(text)
    code, said = run(rall, folder, number, [*verb, name])
    allowed = {REFUSED: (1,), RUNS: (0,), EITHER: (0, 1)}[expected]
    why = None
    if code not in allowed:
        why = f"exit code {code}, expected {allowed}"
    elif code == 1 and expected == REFUSED and f"{name}:" not in said:
        why = "the place is not named"
    elif code == 1 and "error: " not in said:
        why = "no error is named"
    return why and f"{what}: {why}: {said[-400:]}"


def wrong_option(rall, folder, number, arguments):
    verb, *options = arguments
    inputs = {"run": ["config.json"], "sweep": ["sweep.json"], "channel": ["hh", "--protocol", "protocol.json"], "inspect": ["cell.swc"]}[verb]
    code, said = run(rall, folder, number, [verb, *inputs, *options])
    ok = code == 0 or (code in (1, 2) and said.strip())
    return None if ok else f"{arguments}: exit code {code}: {said[-400:]}"


def main(rall):
    rall = os.path.abspath(rall)
    cases = []
    with tempfile.TemporaryDirectory() as holder, ThreadPoolExecutor(os.cpu_count()) as pool:
        folder = Path(holder)
        for name, content in (("config.json", CONFIG), ("sweep.json", SWEEP), ("protocol.json", PROTOCOL)):
            (folder / name).write_text(json.dumps(content))
        (folder / "cell.swc").write_text(SWC.format(d=10, x=10, y=100))
        variable = CONFIG | {"run": CONFIG["run"] | {"integration_method": "cvode"}, "generators": {"g": CONFIG["generators"]["g"]},
                             "inputs": {name: entry for name, entry in CONFIG["inputs"].items() if name != "o"}}  # takes fixed steps
        for verb, content, table in ((["run", "--quiet"], CONFIG, CONFIGS), (["run", "--quiet"], variable, VARIABLE_STEP),
                                     (["sweep", "--quiet"], SWEEP, SWEEPS), (["channel", "hh", "--quiet", "--protocol"], PROTOCOL, PROTOCOLS)):
            for place, expected, numbers in table:
                for number in numbers.split():
                    cases.append((wrong_file, verb, f"made{len(cases)}.json", with_number(content, place, number), expected,
                                  f"{verb[0]} {place} = {number}" + (" (variable step)" if content is variable else "")))
        for shape in SHAPES:
            name = f"made{len(cases)}.swc"
            text = SWC.format(**{"d": "10", "x": "10", "y": "100"} | shape)
            cases.append((wrong_file, ["inspect"], name, text, EITHER, f"inspect {shape}"))
            cell = {"cells": {"c": {"morphology": name, "biophysics": {"regions": {"all": {"mechanisms": {"pas": {}}}}}}}, "run": {"tstop": 1}}
            cases.append((wrong_file, ["run", "--quiet"], f"made{len(cases)}.json", json.dumps(cell), EITHER, f"run {shape}"))
        cases += [(wrong_option, arguments) for arguments in OPTIONS]
        for swc in [case for case in cases if case[0] is wrong_file and case[2].endswith(".swc")]:
            (folder / swc[2]).write_text(swc[3])
        wrong = [found for found in pool.map(lambda numbered: numbered[1][0](rall, folder, numbered[0], *numbered[1][1:]), enumerate(cases)) if found]
    print(*wrong, sep="\n")
    print(f"{len(cases)} numbers, {len(wrong)} wrong")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
