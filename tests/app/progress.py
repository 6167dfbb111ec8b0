#!/usr/bin/python3
"""What a run tells of itself while it reads, builds and runs: a bar on a terminal, nothing that is over in a moment elsewhere.

    progress.py RALL
"""
import json
import os
import pty
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CELLS = 120


def config(**first):
    """As many reconstructions as take a moment to read and to build."""
    cell = {"morphology": str(ROOT / "examples" / "pyramidal" / "NMO_49821.swc"),
            "biophysics": {"regions": {"all": {"mechanisms": {"pas": {"g": "1e-4*exp(distance/1000)"}, "hh": {}}}}, "dL": 1}}
    connections = [{"source": "train", "target": "syn", "rule": "fixed_total_number", "N": 3_000_000, "allow_multapses": True, "weight": 0}]
    return {"cells": {f"c{i}": cell | (first if i == CELLS - 1 else {}) for i in range(CELLS)}, "run": {"tstop": 0.2, "dt": 0.025},
            "conditions": {"celsius": 6.3, "v_init": -65}, "generators": {"train": {"times": [0.1]}},
            "synapses": {"syn": {"mechanism": "ExpSyn", "location": "soma(0.5)"}}, "connections": connections}


def on_terminal(command):
    """Exit code, and what is written to a terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=theirs)
    os.close(theirs)
    text = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # the other side is closed
            break
        if not part:
            break
        text += part
    os.close(ours)
    return process.wait(), text.decode()


def main(rall):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "config.json"
        path.write_text(json.dumps(config()))
        command = [rall, "run", path, "--output-dir", folder / "out", "--no-html", "--threads", "1"]
        code, text = on_terminal(command)
        assert code == 0, text
        bars = re.findall(r"\r\[([#.]{30})\] ([^\r]*)\x1b\[K", text)
        told = {what.split(":")[0] for _, what in bars if ":" in what}
        assert told >= {"reading morphologies", "building cells", "building connections", "building groups of cells"}, told
        for bar, what in bars:
            assert re.search(r", (unknown time|[\d.e+-]+ s|\d+ min .*) left$", what), what
            if found := re.search(r": (\d+) of (\d+),", what):
                done, of = map(int, found.groups())
                assert (of == CELLS or "groups" in what or "connections" in what) and bar.count("#") == 30 * done // of, (bar, what)
        running = [float(t) for _, what in bars for t in re.findall(r"^([\d.]+) of 0.2 ms, 0 spikes", what)]
        assert running and running == sorted(running) and running[-1] <= 0.2, running
        # Each line ends before something else is said.
        assert not re.search(r"left\x1b\[K(?!\r)", text), text
        quiet = on_terminal([*command, "--quiet", "--dry-run"])
        assert quiet[0] == 0 and "[" not in quiet[1], quiet
        piped = subprocess.run([*command, "--dry-run"], capture_output=True, text=True, check=True)
        assert "\r" not in piped.stderr and " left" not in piped.stderr, piped.stderr
        # An error ends the bar's line.
        path.write_text(json.dumps(config(biophysics={"regions": {"nowhere": {}}})))
        code, text = on_terminal(command)
        assert code == 1 and text[text.index("error") - 200:text.index("error")].rfind("\x1b[K") >= 0, text
        assert re.search(r"\r\x1b\[K[^\r\[]*config.json", text), text
    print(f"{len(bars)} bars: {', '.join(sorted(told))}, running")


if __name__ == "__main__":
    main(*sys.argv[1:])
