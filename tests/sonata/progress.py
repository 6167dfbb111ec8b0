#!/usr/bin/python3
"""What a run of a circuit, and a look at one, tell of themselves: bars for reading and building.

    progress.py RALL
"""
import re
import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).parent.parent
sys.path.insert(0, str(TESTS.parent / "bench"))
import edges
from importlib.util import module_from_spec, spec_from_file_location

spec = spec_from_file_location("app_progress", TESTS / "app" / "progress.py")
app_progress = module_from_spec(spec)
spec.loader.exec_module(app_progress)


def told(command):
    code, text = app_progress.on_terminal(command)
    assert code == 0, text
    bars = re.findall(r"\r\[([#.]{30})\] ([^\r]*)\x1b\[K", text)
    for bar, what in bars:
        if found := re.search(r": (\d+) of (\d+),", what):
            done, of = map(int, found.groups())
            assert done <= of and bar.count("#") == 30 * done // of, (bar, what)
    return {what.split(":")[0] for _, what in bars if ":" in what}


def main(rall):
    with tempfile.TemporaryDirectory() as name:
        config = edges.write(Path(name) / "circuit", "synapses", 20_000, 3_000_000)
        found = told([rall, "run", config, "--output-dir", Path(name) / "out", "--no-html", "--threads", "1"])
        assert found >= {"reading edges", "building groups of cells"}, found
        found = told([rall, "inspect", config])
        assert found == {"reading edges"}, found


if __name__ == "__main__":
    main(*sys.argv[1:])
