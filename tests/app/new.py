#!/usr/bin/python3
"""`rall new`: who has a reconstruction and nothing else sees it fire after two commands: new.py RALL FOLDER...

Where no current makes a cell fire with the squid's channels, that is said, and the config runs all the same. What is to be done then is said too, and done.
"""
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py

SILENT = {"fly_flywire_T4.swc", "fly_flywire_8798.swc"}  # in nm, as the warnings say, but read as um: as large as no neuron is
MENDED = {"fly_flywire_T4.swc": "unit=nm", "retina_jaxley_allradius0.swc": "zero-radius=0.5"}  # by an option that the message names


def call(*words, folder, code=0):
    done = subprocess.run([*map(str, words)], cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == code, (words, done.returncode, done.stdout + done.stderr)
    return done.stdout + done.stderr


def fires(rall, shape, folder):
    """How often it fires; None where the file cannot be read, which is said as `rall inspect` says it, and nothing is written."""
    shutil.copy(shape, folder)
    inspected = subprocess.run([rall, "inspect", shape.name], cwd=folder, capture_output=True, text=True, timeout=120)
    if inspected.returncode == 1:
        assert call(rall, "new", shape.name, folder=folder, code=1) == inspected.stdout + inspected.stderr
        assert [path.name for path in folder.iterdir()] == [shape.name]
        return None
    said = call(rall, "new", shape.name, folder=folder)
    config = folder / f"{shape.stem}.json"
    assert "//" in config.read_text() and f"next: rall run {config.name}" in said, said
    call(rall, "run", config.name, folder=folder)
    out = folder / f"{shape.stem}_output"
    assert (out / "report.html").stat().st_size > 10_000
    with h5py.File(out / "spikes.h5") as file:
        spikes = len(next(iter(file["spikes"].values()))["timestamps"])
    told = re.search(r"make it fire (once|\d+ times) in", said)
    count = 0 if not told else 1 if told[1] == "once" else int(told[1].split()[0])
    assert spikes >= count and (spikes > 0) == bool(told), (shape, said, spikes)
    if not told:
        assert "no current makes it fire" in said and "would move its potential by" in said and "so large is its membrane" in said, said
        assert f"if the file is in nm: rall new {shape.name} --option unit=nm --force" in said, said
    return spikes


def test_option(rall, shape, option):
    """What could not be read, or not fire, does with an option."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(shape, folder)
        before = subprocess.run([rall, "new", shape.name], cwd=folder, capture_output=True, text=True, timeout=120)
        assert option.split("=")[0] in before.stdout + before.stderr, before
        said = call(rall, "new", "--option", option, shape.name, "--force", folder=folder)
        assert "make it fire" in said, said
        call(rall, "run", f"{shape.stem}.json", folder=folder)
        with h5py.File(folder / f"{shape.stem}_output" / "spikes.h5") as file:
            assert len(next(iter(file["spikes"].values()))["timestamps"]) > 0
    assert "unknown" in call(rall, "new", shape, "--option", "size=nm", folder=shape.parent, code=2)


def test_not_a_config(rall, folder):
    """Who runs the reconstruction itself is told what to do."""
    shape = Path(__file__).parent.parent / "data" / "morphologies" / "worm_DB1.swc"
    said = call(rall, "run", shape, folder=folder, code=1)
    assert f"one to begin with: rall new {shape}" in said, said


def test_names(rall, folder):
    """Names of files that mean something in a config or in a shell."""
    shape = Path(__file__).parent.parent / "data" / "morphologies" / "worm_DB1.swc"
    for name in ("my cell.swc", "cell[1].swc", "a(b).swc", "it's.swc", "soma(0.5).swc", "Zelle \u00e4.swc"):
        shutil.copy(shape, folder / name)
        said = call(rall, "new", name, folder=folder)
        command = re.search(r"next: (rall run .*)\n", said)[1].replace("rall", str(rall), 1)
        done = subprocess.run(command, shell=True, cwd=folder, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0 and "0 spikes" not in done.stdout, (name, command, done)


def test_files(rall, folder):
    """Nothing is replaced unasked; another place; what cannot be read leaves nothing."""
    shape = Path(__file__).parent.parent / "data" / "morphologies" / "worm_DB1.swc"
    (folder / "far").mkdir()
    shutil.copy(shape, folder / "far" / "w.swc")
    call(rall, "new", "far/w.swc", "--config", "far/first.json", "--quiet", folder=folder)
    assert sorted(path.name for path in (folder / "far").iterdir()) == ["first.json", "first_biophysics.json", "w.swc"]
    before = (folder / "far" / "first.json").read_text()
    assert '"morphology": "w.swc"' in before
    call(rall, "run", "far/first.json", "--output-dir", "out", folder=folder)
    (folder / "far" / "first.json").write_text("mine")
    said = call(rall, "new", "far/w.swc", "--config", "far/first.json", folder=folder, code=1)
    assert "far/first.json is there already" in said and "--force" in said, said
    assert (folder / "far" / "first.json").read_text() == "mine"
    call(rall, "new", "far/w.swc", "--config", "far/first.json", "--force", folder=folder)
    assert (folder / "far" / "first.json").read_text() == before
    (folder / "bad.swc").write_text("1 1 0 0 0 nan -1\n")
    call(rall, "new", "bad.swc", folder=folder, code=1)
    assert not list(folder.glob("bad*.json"))


def main(rall, *folders):
    with tempfile.TemporaryDirectory() as name:
        test_files(rall, Path(name))
    with tempfile.TemporaryDirectory() as name:
        test_not_a_config(rall, Path(name))
        test_names(rall, Path(name))
    silent = []
    for folder in map(Path, folders):
        for shape in sorted([*folder.glob("*.swc"), *folder.glob("*.asc")]):
            with tempfile.TemporaryDirectory() as name:
                spikes = fires(rall, shape, Path(name))
            print(f"{shape.name}: {'cannot be read' if spikes is None else f'{spikes} spikes'}")
            silent += [shape.name] if spikes == 0 else []
            if shape.name in MENDED:
                test_option(rall, shape, MENDED[shape.name])
    print(f"silent: {silent}")
    return bool(set(silent) - SILENT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], *sys.argv[2:]))
