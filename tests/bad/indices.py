#!/usr/bin/python3
"""Indices that a mechanism computes while it runs: outside of their array they end the run, with mechanism, array, index and place; inside, and
where C would not evaluate them, nothing happens. No memory outside is touched either way.

    indices.py RALL
"""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

# Each case is a branch of one of four mechanisms, so that all are compiled at once. `plain` has no branches: its loops are vector code.
MODS = {
    "current": """NEURON { SUFFIX current NONSPECIFIC_CURRENT i RANGE k, which, out, a }
PARAMETER { k = 0 which = 0 }
ASSIGNED { v i out a[4] b[6] }
INITIAL { FROM n = 0 TO 3 { a[n] = 10*n } }
BREAKPOINT { i = 0 %s }
""",
    "plain": """NEURON { SUFFIX plain NONSPECIFIC_CURRENT i RANGE k, out, a }
PARAMETER { k = 0 }
ASSIGNED { v i out a[4] }
BREAKPOINT { i = 0 %s }
""",
    "state": """NEURON { SUFFIX state RANGE k, which, b }
PARAMETER { k = 0 which = 0 }
ASSIGNED { b[6] }
INITIAL { FROM n = 0 TO 5 { b[n] = n } }
BREAKPOINT { SOLVE step }
PROCEDURE step() { %s }
""",
    "initial": """NEURON { SUFFIX initial RANGE k, which, a }
PARAMETER { k = 0 which = 0 }
ASSIGNED { a[4] }
INITIAL { %s }
""",
    "event": """NEURON { POINT_PROCESS event RANGE k, which, a }
PARAMETER { k = 0 which = 0 }
ASSIGNED { a[4] }
NET_RECEIVE(weight) { %s }
""",
    "artificial": """NEURON { ARTIFICIAL_CELL artificial RANGE k, which, a }
PARAMETER { k = 0 which = 0 }
ASSIGNED { a[4] }
NET_RECEIVE(weight) { %s net_event(t) }
"""}

# where: what is written there, k: its parameter, said: what the message must hold; None where the run must succeed.
CASES = [
    ("current", "out = a[k]", 7, "uses 'a[7]'; 'a' has the elements 0 to 3"),
    ("current", "out = a[k]", 4, "uses 'a[4]'"),
    ("current", "out = a[k]", 1e18, "uses 'a[9"),
    ("current", "out = a[k]", -1, "uses 'a[-1]'"),
    ("current", "out = a[sqrt(k)]", -1, "nan]'"),
    ("plain", "out = a[k]", 5, "uses 'a[5]'"),
    ("current", "out = a[k]", 3.9, None),
    ("current", "out = a[k]", -0.9, None),
    ("current", "out = a[k + 2*a[3 - k]/10]", 2, "uses 'a[4]'"),
    ("current", "out = b[a[k]]", 1, "uses 'b[10]'; 'b' has the elements 0 to 5"),
    ("current", "if (k >= 0 && k < 4 && a[k] >= 0) { out = 1 }", 7, None),
    ("current", "if (k < 0 || k > 3 || a[k] >= 0) { out = 1 }", 7, None),
    ("current", "if (k < 4) { out = a[k] } else { out = 2 }", 7, None),
    ("current", "if (k < 4) { out = a[k] } else { out = a[k] }", 7, "uses 'a[7]'"),
    ("current", "FROM n = 0 TO k { b[n] = n }", 5, None),
    ("current", "FROM n = 0 TO k { b[n] = n }", 6, "uses 'b[6]'"),
    ("current", "out = k WHILE (a[out] < 25) { out = out + 1 }", 0, None),
    ("current", "out = k WHILE (a[out] < 35) { out = out + 1 }", 0, "uses 'a[4]'"),
    ("state", "b[t] = 1", 0, "uses 'b[6]'"),
    ("state", "b[t - 6] = 1", 0, "uses 'b[-5]'"),
    ("initial", "a[k] = 1", 4, "uses 'a[4]'"),
    ("initial", "a[k] = 1", 2, None),
    ("event", "a[k] = weight", 5, "'p' number 0"),
    ("event", "a[k] = weight", 3, None),
    ("artificial", "a[k] = weight", -2, "uses 'a[-2]'"),
    ("artificial", "a[k] = weight", 3, None),
]


def write_mods(folder):
    folder.mkdir()
    for name, text in MODS.items():
        mine = [(number, what) for number, (where, what, *_) in enumerate(CASES) if where == name]
        branches = " ".join(what if name == "plain" else f"if (which == {number}) {{ {what} }}" for number, what in mine)
        (folder / f"{name}.mod").write_text(text % branches)


def config(where, values):
    """All mechanisms are in it, or each would be compiled alone; those of other cases do nothing."""
    idle = {"which": -1}
    regions = {"all": {"cm": 1, "Ra": 100, "mechanisms": {"pas": {"g": 1e-4, "e": -65}}}}
    result = {"cells": {"c": {"count": 3, "stylized": [{"name": "soma", "L": 20, "diam": 20}, {"name": "dend", "L": 300, "diam": 1, "nseg": 9}],
                              "biophysics": {"regions": regions, "mechanism_dirs": ["mods"]}}},
              "run": {"tstop": 10, "dt": 0.025}, "conditions": {"celsius": 6.3, "v_init": -65}, "output": {"output_dir": "out"}}
    regions["dend"] = {"mechanisms": {name: idle for name in ("current", "state", "initial")} | {"plain": {}}}
    result["synapses"] = {"p": {"mechanism": "event", "location": "dend(0.5)", "cells": "c[0]", "parameters": values if where == "event" else idle}}
    result["generators"] = {"g": {"times": [2]}, "q": {"mechanism": "artificial", "parameters": values if where == "artificial" else idle}}
    result["connections"] = [{"source": "g", "target": target, "weight": 1, "delay": 1} for target in ("p", "q")]
    if where not in ("event", "artificial"):
        regions["dend"]["mechanisms"][where] = values
    return result


def run(case):
    rall, folder, (number, (where, text, k, said)) = case
    path = folder / f"{number}.json"
    path.write_text(json.dumps(config(where, {"k": k} if where == "plain" else {"k": k, "which": number})))
    done = subprocess.run([rall, "run", path, "--output-dir", folder / f"out{number}", "--quiet", "--no-html"], capture_output=True, text=True, timeout=120)
    name = f"{where}: {text}, k = {k}"
    if said is None:
        return None if done.returncode == 0 else f"{name}: exit {done.returncode}: {done.stderr}"
    place = "number 0" if where == "artificial" else "at dend"
    missing = [part for part in (said, f"mechanism {where}", f"{where}.mod:", "[index-out-of-range]", place) if part not in done.stderr]
    return f"{name}: exit {done.returncode}, without {missing}: {done.stderr}" if done.returncode != 1 or missing else None


def main():
    rall = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_mods(folder / "mods")
        wrong = [found for found in map(run, [(rall, folder, case) for case in enumerate(CASES)]) if found]
    for found in wrong:
        print("WRONG", found)
    print(f"{len(CASES)} cases, {len(wrong)} wrong")
    sys.exit(bool(wrong))


main()
