"""Tests against packages that Debian does not have."""
import os
import re
import subprocess
import sys
from pathlib import Path


def enter(environment, *packages):
    """Goes on in a virtual environment with these packages ("efel", "neuron>=9,<10"), installed from PyPI if they are not there. Exits with 77 (skipped) where PyPI
    cannot be reached."""
    environment = Path(environment)
    if Path(sys.prefix).resolve() == environment.resolve():
        return
    python = environment / "bin" / "python"
    imports = "import " + ", ".join(re.match(r"\w+", package)[0] for package in packages)
    if not python.exists() or subprocess.run([python, "-c", imports], stderr=subprocess.DEVNULL).returncode != 0:
        subprocess.run([sys.executable, "-m", "venv", "--clear", environment], check=True)
        install = subprocess.run([python, "-m", "pip", "install", "--quiet", *packages], capture_output=True, text=True)
        if install.returncode != 0:
            print(f"skipped: {', '.join(packages)} cannot be installed from PyPI\n{install.stderr[-1000:]}")
            sys.exit(77)
    os.execv(python, [python, *sys.argv])
