#!/bin/bash
# A virtual environment with the packages of PyPI beside which Rall's module is tested (tests/neighbours), over Debian's python3-neuron and numpy.
#
#   scripts/neighbours.sh FOLDER      then: cmake -D RALL_NEIGHBOURS_PYTHON=FOLDER/bin/python ...
set -euo pipefail
[ $# -eq 1 ] || { sed -n '2,5s/^# \?//p' "$0" >&2; exit 2; }
/usr/bin/python3 -m venv --system-site-packages "$1"
numpy=$(/usr/bin/python3 -c 'import numpy; print(numpy.__version__)')
# NEURON is Debian's: packages that ask PyPI for another one come without what they ask for, and the rest by name; what pip then misses
# (ipyparallel, pickleshare) only optimisations over several machines need.
"$1/bin/pip" install --quiet --no-deps bluepyopt lfpykit
"$1/bin/pip" install --quiet "numpy==$numpy" "pandas<2.3" deap efel pebble jinja2 MarkupSafe typing_extensions neo meautility
"$1/bin/python" -c 'import bluepyopt.ephys, efel, lfpykit, neuron' > /dev/null
