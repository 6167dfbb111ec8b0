#!/usr/bin/env bash
# Installs what is missing, builds Rall and runs the demo: a real pyramidal cell with active dendrites (examples/pyramidal).
#
# usage: scripts/demo.sh
set -euo pipefail
cd "$(dirname "$0")/.."
if [ "${1:-}" = --help ] || [ "${1:-}" = -h ]; then sed -n '2,/^set/s/^# \{0,1\}//p' "$0"; exit 0; fi

scripts/install-deps.sh --run-only
scripts/build.sh --without-tests
build/release/bin/rall run examples/pyramidal/pyramidal.json
printf '\n%s\n' "Open this page in a browser: file://$PWD/examples/pyramidal/output/report.html"
