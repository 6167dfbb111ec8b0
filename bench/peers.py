"""The peers of the benchmarks, each at its best setting: NEURON of Debian, CoreNEURON (NEURON 9 from PyPI) and Arbor, in a virtual environment.

    peers = Peers(Path("build/peers"))
    peers.neuron(config, folder)        # {"seconds": of the time loop, "processor": ..., "spikes": [[gid, step], ...], "compartments": ..., "version": ...}
    peers.coreneuron(config, folder)
    peers.arbor(config, folder)         # its spikes are [[gid, ms], ...]

NEURON: cache_efficient, TABLEs of hh, psolve. CoreNEURON: mechanisms at -O3 -march=native -ffast-math with vectors of 512 bits, cells in their own
order (permute 0), and hh without its TABLE, which keeps its loops from being vectors. Arbor: as it is installed in the environment; its wheel is made for
any x86-64-v3, one built from its source package with ARB_ARCH=native and ARB_VECTORIZE is faster where there is AVX-512:

    CMAKE_ARGS="-DARB_ARCH=native -DARB_VECTORIZE=ON" build/peers/bin/pip install --no-binary arbor arbor
"""
import hashlib
import json
import os
import re
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILTIN = ROOT / "mechanisms" / "builtin"
NEURON_9, ARBOR = "neuron>=9,<10", "arbor"
FOR_THIS_PROCESSOR = "-O3 -march=native -ffast-math -mprefer-vector-width=512"
EMPTY = "NEURON { SUFFIX nothing }\n"  # nrnivmodl compiles its own mechanisms beside at least one of ours
OF_NEURON = {"pas", "ExpSyn", "Exp2Syn", "IClamp"}


def mechanisms(config):
    """Names of the mechanisms of a config, and the folders where it looks for them."""
    names, folders = {entry["mechanism"] for entry in config.get("synapses", {}).values()}, [*config.get("mechanism_dirs", [])]
    for cell in config["cells"].values():
        folders += cell["biophysics"].get("mechanism_dirs", [])
        for region in cell["biophysics"]["regions"].values():
            names |= set(region.get("mechanisms", {}))
    return names, [*map(Path, folders), BUILTIN]


def run(command, folder, **environment):
    """The last line of what a program says, as JSON."""
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, cwd=folder, env=os.environ | environment)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stderr}")
    return json.loads(done.stdout.strip().splitlines()[-1])


class Peers:
    def __init__(self, environment, asked=()):
        self.asked = asked  # names of methods
        self.environment = environment.resolve()
        self.python = self.environment / "bin" / "python"

    def neuron(self, config, folder, *options, python="/usr/bin/python3", **environment):
        spikes = folder / "spikes.json"
        told = run([python, ROOT / "bench" / "neuron_side.py", config, BUILTIN, folder / "nrn", "--spikes", spikes, *options], folder, **environment)
        return told | {"spikes": json.loads(spikes.read_text())}

    def coreneuron(self, config, folder):
        self.install(NEURON_9, "numpy")
        model = json.loads(config.read_text())
        names, folders = mechanisms(model)
        library = self.library(names - OF_NEURON, folders)
        if "hh" in names:
            model = json.loads(config.read_text().replace('"hh"', '"hh_plain"'))
        own = folder / f"{config.stem}.coreneuron.json"
        own.write_text(json.dumps(model))
        return self.neuron(own, folder, "--coreneuron", "--library", library / "libnrnmech.so", python=self.python,
                           CORENEURONLIB=str(library / "libcorenrnmech.so"))

    def arbor(self, config, folder):
        self.install(ARBOR, "numpy")
        compartments = folder / f"{config.stem}.compartments.json"
        if not compartments.exists():
            run(["/usr/bin/python3", ROOT / "bench" / "compartments.py", config, BUILTIN, folder / "nrn", compartments], folder)
        return run([self.python, ROOT / "bench" / "arbor_side.py", compartments], folder)

    def install(self, *packages):
        if not self.python.exists():
            venv.create(self.environment, with_pip=True)
        missing = [package for package in packages if not list(self.environment.glob(f"lib/*/site-packages/{re.match(r'[a-z]+', package)[0]}"))]
        if missing:
            subprocess.run([self.python, "-m", "pip", "install", "--quiet", *missing], check=True)

    def library(self, names, folders):
        """The folder of the libraries that nrnivmodl makes of some mechanisms; made once."""
        texts = {"nothing": EMPTY}
        for name in names:
            text = next(folder / f"{name}.mod" for folder in folders if (folder / f"{name}.mod").exists()).read_text()
            if name == "hh":
                name, text = "hh_plain", re.sub(r"\n\s*TABLE[^\n]*", "", text.replace("SUFFIX hh", "SUFFIX hh_plain"))
            texts[name] = text
        place = self.environment / "mechanisms" / hashlib.sha256(repr((sorted(texts.items()), FOR_THIS_PROCESSOR)).encode()).hexdigest()[:16]
        library = place / "x86_64"
        if not (library / "libcorenrnmech.so").exists():
            (place / "mod").mkdir(parents=True, exist_ok=True)
            for name, text in texts.items():
                (place / "mod" / f"{name}.mod").write_text(text)
            done = subprocess.run([self.environment / "bin" / "nrnivmodl", "-coreneuron", "-incflags", FOR_THIS_PROCESSOR, "mod"], cwd=place,
                                  capture_output=True, text=True)
            if done.returncode != 0:
                sys.exit(f"nrnivmodl failed in {place}:\n{done.stderr}")
        return library
