#!/usr/bin/env bash
# Configures and builds one preset in build/<preset>, and says little unless it fails.
#
# usage: scripts/build.sh [PRESET] [TARGET...]    (presets: release, debug, sanitize; default release, everything)
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-release}
shift || true

log=build/$preset.log
mkdir -p build
show() { printf '%s\n' "-- $1 ($log)"; }
failed() { grep -n -m 20 -i -A 3 'error' "$log" >&2 || tail -n 40 "$log" >&2; printf '%s\n' "$1 failed; all output is in $log" >&2; exit 1; }

show "configuring $preset"
cmake --preset "$preset" >"$log" 2>&1 || failed configuring
show "building in build/$preset"
cmake --build --preset "$preset" ${@:+--target "$@"} >>"$log" 2>&1 || failed building
