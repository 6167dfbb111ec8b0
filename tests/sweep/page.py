#!/usr/bin/python3
"""The report of a sweep in a browser: curves, a map and the trace of a member are drawn, and all members told. Exit code 77 without Chromium.

    page.py RALL
"""
import csv
import io
import sys
import tempfile
from pathlib import Path

import cell

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "html"))
import browser  # noqa: E402
import screenshot  # noqa: E402

LEAK = "cells.cell.biophysics.regions.all.mechanisms.pas.g"


def main(rall):
    browser.need_chromium()
    with tempfile.TemporaryDirectory() as holder:
        folder = Path(holder)
        out = cell.sweep(rall, folder, {"config": cell.config(tstop=100, delay=10, duration=80), "parameters": {
            "inputs.step.amp_start": {"from": 0.05, "to": 0.5, "steps": 6}, "leak": {"path": LEAK, "values": [1e-5, 3e-5, 1e-4, -0.1]}}})
        for theme in ("light", "dark"):
            told, rows = screenshot.look(out / "report.html", folder, theme=theme)
            assert len(told["plots"]) == 3, told["plots"]
            for plot in told["plots"]:
                found = screenshot.colours(rows, plot)
                assert sum(map(screenshot.saturated, found)) >= 3, f"nothing is drawn at {plot}"
            for words in ("f-I curve spikes during the stimulus over its duration", "firing_rate (Hz)", "step.amp_start (nA)", "inputs.step.amp_start",
                          "firing_rate (Hz) over step.amp_start and leak", "diverged at", "Trace ", "member ", "crosses -20 mV upwards, then downwards", "the times of the only current clamp"):
                assert words in told["text"], f"the page does not say '{words}'"
            print(f"{theme}: three pictures")
        check_rows(out / "report.html")


def check_rows(page):
    """A row of the table leads to the trace of its member, whose spikes are as many as the table says; a sorted table still does."""
    with browser.Browser() as tab:
        tab.size(1400, 900)
        tab.open(page)
        for sort in ("", "document.querySelectorAll('th button')[4].click(); document.querySelectorAll('th button')[4].click();"):
            for place in (0, 5, 11):
                tab.run(f"{sort} window.row = document.querySelectorAll('tr.leads')[{place}]; row.click(); null")
                tab.settle()
                member, status, said = tab.run("[Number(row.children[0].textContent), row.children[3].textContent, Number(row.children[4].textContent)]")
                text = tab.run("figures.find(({name, menu}) => name === 'Trace' && menu.isConnected).csv()")
                lines = list(csv.reader(io.StringIO(text)))
                column = [k for k, name in enumerate(lines[0]) if name.startswith(f"member {member},")]
                assert lines[0][0] == "time (ms)" and len(column) == 1, lines[0]
                assert f"member {member}," in tab.run("document.querySelector('.membertrace').innerText")
                v = [float(line[column[0]]) for line in lines[1:] if line[column[0]]]
                if status == "finished":
                    spikes = sum(a < -20 <= b for a, b in zip(v, v[1:]))
                    assert spikes == said and len(v) > 300, (member, spikes, said, len(v))


if __name__ == "__main__":
    main(*sys.argv[1:])
