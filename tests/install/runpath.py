#!/usr/bin/python3
"""The loader looks for libraries in named places only: no program or library of ours has an empty or relative entry in its search path,
which would be whatever directory it is started in.

    runpath.py DIRECTORY...
"""
import re
import subprocess
import sys
from pathlib import Path


def search_path(file):
    said = subprocess.run(["readelf", "-d", file], capture_output=True, text=True).stdout
    found = re.search(r"\((?:RUNPATH|RPATH)\).*\[(.*)\]", said)
    return found[1].split(":") if found else []


def main(*directories):
    files = [file for directory in directories for file in Path(directory).iterdir()
             if file.is_file() and file.read_bytes()[:4] == b"\x7fELF"]
    assert files, "nothing to look at"
    bad = [f"{file}: '{entry}'" for file in files for entry in search_path(file) if not entry.startswith(("/", "$ORIGIN"))]
    assert not bad, "\n".join(bad)


if __name__ == "__main__":
    main(*sys.argv[1:])
