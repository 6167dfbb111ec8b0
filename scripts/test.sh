#!/usr/bin/env bash
# Installs what is missing, builds and runs all tests. Does little where little changed.
#
# usage: scripts/test.sh [PRESET] [CTEST OPTIONS]    (presets: release, debug, sanitize; default release)
#   scripts/test.sh -R morphology       only tests with morphology in their name
#   scripts/test.sh sanitize            under AddressSanitizer and UndefinedBehaviorSanitizer
set -euo pipefail
cd "$(dirname "$0")/.."
if [ "${1:-}" = --help ] || [ "${1:-}" = -h ]; then sed -n '2,/^set/s/^# \{0,1\}//p' "$0"; exit 0; fi

preset=release
if [ $# -gt 0 ] && [ "${1#-}" = "$1" ]; then preset=$1; shift; fi

scripts/install-deps.sh
scripts/build.sh "$preset"
ctest --preset "$preset" -j "$(nproc)" "$@"
