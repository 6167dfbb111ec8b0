#!/usr/bin/env python3
"""Opens the page of `rall inspect` of a circuit in headless Chromium: circuit_page.py RALL. Exit code 77 (skipped) where there is no Chromium or no h5py."""
import pathlib
import subprocess
import sys
import tempfile

from browser import need_chromium
from screenshot import colours, look, saturated

EXAMPLE = pathlib.Path(__file__).parents[2] / "examples" / "circuit" / "make.py"


def main(rall):
    need_chromium()
    if subprocess.run([sys.executable, "-c", "import h5py"], capture_output=True).returncode:
        print("no h5py here: skipped")
        return 77
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subprocess.run([sys.executable, EXAMPLE, folder / "circuit"], check=True)
        page = folder / "circuit.html"
        subprocess.run([rall, "inspect", folder / "circuit" / "simulation_config.json", "--html", page], check=True, stdout=subprocess.DEVNULL)
        for theme in ("light", "dark"):
            told, rows = look(page, folder, theme=theme, flags=[], size=(1300, 1500))
            # The map, and a field for each pair of kinds that are connected.
            assert len(told["maps"]) == 1 + 6, told["maps"]
            for picture in told["maps"]:
                assert any(map(saturated, colours(rows, picture))), f"the picture at {picture} is blank"
            for word in ("Somata", "Connections", "single_compartment 100", "cells: e \u2192 cells: i\ncells_to_cells: 138 connections, mean weight 0.0004, mean delay 1.5 ms",
                         "inhibitory (20)", "Nothing was repaired"):
                assert word in told["text"], f"the page does not say '{word}'"
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
