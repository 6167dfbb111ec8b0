#!/usr/bin/env python3
"""Opens the page of `rall channel` in headless Chromium: channel_page.py RALL. Exit code 77 (skipped) where there is no Chromium."""
import pathlib
import re
import subprocess
import sys
import tempfile

from browser import need_chromium
from screenshot import colours, look, saturated


def main(rall):
    need_chromium()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subprocess.run([rall, "channel", "hh", "--current", "ina", "--set", "gnabar=0.06", "--protocol", "gates", "--protocol", "activation",
                        "--protocol", "train", "--quiet", "--output-dir", folder / "out"], check=True)
        for theme in ("light", "dark"):
            told, rows = look(folder / "out" / "channel.html", folder, theme=theme, flags=[], size=(1300, 7000))
            # six curves of gates; two families of currents, their command and nine curves (of m3h three); the same and one curve
            assert len(told["plots"]) == 6 + 3 + 9 + 3 + 1, f"{len(told['plots'])} plots"
            # Variants have colours; the two commands are grey.
            for plot in told["plots"]:
                assert len(colours(rows, plot)) > 4, f"the plot at {plot} is blank"
            assert sum(any(map(saturated, colours(rows, plot))) for plot in told["plots"]) == len(told["plots"]) - 2
            for word in ("Gates", "Activation", "Use dependence", "V1/2", "Differences", "hh gnabar=0.06", "difference, mV", "time (ms)",
                         "missing: too small"):
                assert word in told["text"], f"the page does not say '{word}'"
            assert "S/cm²" in told["text"] and "mA/cm²/mV" not in told["text"]
            errors = re.findall(r"([\d.]+) ± ([\d.]+)(?!\S)", told["text"])
            assert len(errors) > 40, errors
            for value, error in errors:  # both to the same place
                assert len(value.partition(".")[2]) == len(error.partition(".")[2]), (value, error)
            print(f"{theme}: {len(told['plots'])} plots")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
