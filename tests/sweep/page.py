#!/usr/bin/python3
"""The report of a sweep in a browser: curves, a map and the members that diverged are drawn. Exit code 77 without Chromium.

    page.py RALL
"""
import shutil
import sys
import tempfile
from pathlib import Path

import cell

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "html"))
import screenshot  # noqa: E402

LEAK = "cells.cell.biophysics.regions.all.mechanisms.pas.g"


def main(rall):
    if not shutil.which("chromium"):
        sys.exit(77)
    with tempfile.TemporaryDirectory() as holder:
        folder = Path(holder)
        out = cell.sweep(rall, folder, {"config": cell.config(tstop=100, delay=10, duration=80), "parameters": {
            "inputs.step.amp_start": {"from": 0.05, "to": 0.5, "steps": 6}, "leak": {"path": LEAK, "values": [1e-5, 3e-5, 1e-4, -0.1]}}})
        for theme in ("light", "dark"):
            told, rows = screenshot.look(out / "report.html", folder, theme=theme)
            assert not told["failures"], told["failures"]
            assert len(told["plots"]) == 2, told["plots"]
            for plot in told["plots"]:
                found = screenshot.colours(rows, plot)
                assert sum(map(screenshot.saturated, found)) >= 3, f"nothing is drawn at {plot}"
            for words in ("f-I curve spikes during the stimulus over its duration", "firing_rate (Hz)", "inputs.step.amp_start (nA)",
                          "firing_rate (Hz) over inputs.step.amp_start and leak", "Members that diverged"):
                assert words in told["text"], f"the page does not say '{words}'"
            print(f"{theme}: two pictures")


if __name__ == "__main__":
    main(*sys.argv[1:])
