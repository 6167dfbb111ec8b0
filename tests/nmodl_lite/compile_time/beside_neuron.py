#!/usr/bin/python3
"""The kinds of kinds.py, in sizes that are still cut into pieces, take NEURON's values (replay/replay.py).

    beside_neuron.py RALL_NMODL SOURCE_DIR BUILD_DIR INCLUDE_DIRS
"""
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
from kinds import write  # noqa: E402

replay = Path(__file__).resolve().parents[1] / "replay/replay.py"
mods = write(Path(sys.argv[3]) / "mod", moderate=True)
sys.exit(subprocess.run([sys.executable, replay, *sys.argv[1:], *mods]).returncode)
