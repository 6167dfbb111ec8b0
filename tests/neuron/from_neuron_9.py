#!/usr/bin/python3
"""The tests of from_neuron with NEURON 9, which Debian does not have: in a virtual environment, with mechanisms built by its own nrnivmodl.

    from_neuron_9.py ENVIRONMENT prepare MODS BUILTIN_DIR BUILD_DIR CASE.json...     makes both, once
    from_neuron_9.py ENVIRONMENT SCRIPT.py ARGUMENT...                               runs one of the tests

Exits with 77 (skipped) where NEURON 9 cannot be had from PyPI.
"""
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from pypi import enter  # noqa: E402


def prepare(mods, builtin_dir, build_dir, cases):
    import from_neuron_models
    import from_neuron_refused
    import nrnmod
    import reference

    files = {Path(mods) / f"{name}.mod" for name in from_neuron_models.MODS} | set(from_neuron_refused.mod_files(build_dir))
    for case in map(Path, cases):
        config = reference.read_json(case)
        files |= set(reference.mechanisms_of(config, [*(case.parent / folder for folder in config.get("mechanism_dirs", [])), Path(builtin_dir)])[1])
    nrnmod.prepare(sorted({file.resolve() for file in files}, key=nrnmod.name_of), build_dir)


def main(environment, what, *arguments):
    if what == "prepare":
        enter(environment, "neuron>=9,<10", "numpy<2")  # numpy: what a module that was built with Debian's pybind11 reads
        prepare(*arguments[:3], arguments[3:])
        return
    python = Path(environment) / "bin" / "python"
    if not any(Path(environment).glob("lib/python3*/site-packages/neuron")):
        print("skipped: no NEURON 9 from PyPI, see the test neuron_9_prepared")
        sys.exit(77)
    os.execv(python, [python, what, *arguments])


if __name__ == "__main__":
    main(*sys.argv[1:])
