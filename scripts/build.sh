#!/usr/bin/env bash
# Configures and builds one preset in build/<preset>, and says little unless it fails.
#
# usage: scripts/build.sh [--without-tests] [PRESET [CMAKE OPTIONS]]    (presets: release, debug, sanitize, cuda; default release)
set -euo pipefail
cd "$(dirname "$0")/.."
if [ "${1:-}" = --help ] || [ "${1:-}" = -h ]; then sed -n '2,/^set/s/^# \{0,1\}//p' "$0"; exit 0; fi

tests=ON
if [ "${1:-}" = --without-tests ]; then tests=OFF; shift; fi
preset=${1:-release}
if [ $# -gt 0 ]; then shift; fi

log=build/$preset.log
mkdir -p build
failed() {
    grep -n -m 20 -A 3 'error:\|Error' "$log" >&2 || tail -n 40 "$log" >&2
    printf '%s\n' "$1 failed; all output is in $log" >&2
    exit 1
}

printf '%s\n' "-- configuring $preset ($log)"
cmake --preset "$preset" -D RALL_TESTS=$tests "$@" >"$log" 2>&1 || failed configuring
printf '%s\n' "-- building in build/$preset"
cmake --build --preset "$preset" >>"$log" 2>&1 || failed building
