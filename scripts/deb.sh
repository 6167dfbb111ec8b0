#!/usr/bin/env bash
# Makes a package for this machine's Debian (or Ubuntu): the command, the built-in mechanisms' kernels for three levels of x86-64 processors, headers for mechanisms of
# one's own. What Debian packages, it depends on; Kokkos is inside. The first build takes long, later ones build what has changed (build/deb).
#
# usage: scripts/deb.sh [DIR]     (default: dist)
#   RALL_ARCH=native scripts/deb.sh      for this machine's kind of processor only
set -euo pipefail
cd "$(dirname "$0")/.."
if [ "${1:-}" = --help ] || [ "${1:-}" = -h ]; then sed -n '2,/^set/s/^# \{0,1\}//p' "$0" | sed '$d'; exit 0; fi

result=${1:-dist}
scripts/install-deps.sh --run-only
mkdir -p build "$result"
export CXX=${CXX:-c++}  # mechanisms of one's own are compiled by the compiler of this name
log=build/deb.log
failed() { tail -n 40 "$log" >&2; printf '%s\n' "$1 failed; all output is in $log" >&2; exit 1; }

printf '%s\n' "-- building ($log)"
cmake -S . -B build/deb -G Ninja -D CMAKE_BUILD_TYPE=Release -D RALL_TESTS=OFF -D RALL_PYTHON_MODULE=OFF -D RALL_TRAVELS=ON \
    -D "RALL_ARCH=${RALL_ARCH-x86-64-v2;x86-64-v3;x86-64-v4}" >"$log" 2>&1 || failed configuring
cmake --build build/deb >>"$log" 2>&1 || failed building
printf '%s\n' "-- packing"
rm -f build/deb/rall_*.deb
cpack --config build/deb/CPackConfig.cmake -B build/deb -G DEB >>"$log" 2>&1 || failed packing
cp build/deb/rall_*.deb "$result"
ls -1sh "$result"/rall_*.deb
